import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Invocation} from './invocation.ts';
import {loadSettings} from './load-settings.ts';
import {attachConsole, listIsos} from './vm-console.ts';

/** `edge-builder console`: the serial console of the ISO of these settings (or else of the newest), in this terminal. */
export const consoleCommand = async (invocation: Invocation): Promise<ExitCode> => {
	const {stdin, stdout, stderr} = invocation;
	if (!stdin.isTTY || !stdout.isTTY) {
		throw new FixableError('no-terminal', 'The console needs a terminal', {
			hint: 'Without one, `edge-builder smoke-test` boots the ISO and asks the guest.',
			exit: 'usage',
		});
	}
	const {settings, origins} = await loadSettings(invocation);
	const wanted = `${settings.isoName}.iso`;
	const isos = await listIsos(invocation);
	const found = isos.find(({name}) => name === wanted);
	// Somebody who named an ISO must not look around in another one.
	const isNamed = invocation.preset !== undefined || origins.isoName.layer !== 'default';
	const iso = found ?? (isNamed ? undefined : isos[0]);
	if (!iso) {
		const there = isos.length > 0 ? ` There are: ${isos.map(({name}) => name).join(', ')}.` : '';
		throw new FixableError('iso-missing', `There is no ${wanted} in ${invocation.workspace.build}`, {
			hint: `Build it first: edge-builder build.${there}`,
			exit: 'usage',
		});
	}
	if (!found) stderr.write(`There is no ${wanted}; this is the newest ISO, ${iso.name}.\n`);
	const {message} = await attachConsole(invocation, settings, iso.path);
	if (message) stderr.write(`${message}\n`);
	return exitCodes.done;
};
