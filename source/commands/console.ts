import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Invocation} from './invocation.ts';
import {loadSettings} from './load-settings.ts';
import {attachConsole, listIsos} from './vm-console.ts';

/** `edge-builder console`: the serial console of the ISO of these settings, in this terminal. */
export const consoleCommand = async (invocation: Invocation): Promise<ExitCode> => {
	const {stdin, stdout, stderr} = invocation;
	if (!stdin.isTTY || !stdout.isTTY) {
		throw new FixableError('no-terminal', 'The console needs a terminal', {
			hint: 'Without one, `edge-builder smoke-test` boots the ISO and asks the guest.',
			exit: 'usage',
		});
	}
	const {settings} = await loadSettings(invocation);
	const isos = await listIsos(invocation);
	const iso = isos.find(({name}) => name === `${settings.isoName}.iso`) ?? isos[0];
	if (!iso) {
		throw new FixableError('iso-missing', `There is no ISO in ${invocation.workspace.build}`, {
			hint: 'Build one first: edge-builder build.',
			exit: 'usage',
		});
	}
	const {message} = await attachConsole(invocation, settings, iso.path);
	if (message) stderr.write(`${message}\n`);
	return exitCodes.done;
};
