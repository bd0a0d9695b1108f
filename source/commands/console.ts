import {resolve} from 'node:path';
import {personOf} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {type LoadedSettings, loadReadableSettings} from '../app/load-settings.ts';
import {readiness} from '../app/readiness/make-ready.ts';
import {untilInterrupted} from '../app/until-interrupted.ts';
import {attachConsole, listIsos, missingForVm} from '../app/vm-console.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {quietReporter} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';
import {readIso} from '../verification/iso/read-iso.ts';

/**
 * `edge-builder console`: the serial console of a VM that boots an ISO, in this terminal: the one at this path, or that of
 * these settings, or else the newest.
 */
export async function consoleCommand(invocation: Invocation, file?: string): Promise<ExitCode> {
	const {stdin, stdout, tell} = invocation;
	if (!stdin.isTTY || !stdout.isTTY) {
		throw new FixableError('no-terminal', 'The console needs a terminal', {
			hint: `Without one, ${ownCommand('smoke-test')} boots the ISO and asks the guest.`,
			exit: 'usage',
		});
	}
	const {settings, origins} = await loadReadableSettings(invocation);
	const iso = file === undefined ? await isoOfSettings(invocation, {settings, origins}) : resolve(file);
	if (file !== undefined) await judgeIso(invocation, iso);
	await makeReadyForVm(invocation, settings);
	const {message} = await attachConsole(invocation, settings, iso);
	if (message) tell(`${message}\n`);
	return exitCodes.done;
}

/** Offers to install QEMU where it is missing. */
async function makeReadyForVm(invocation: Invocation, settings: Settings): Promise<void> {
	const {host, tell} = invocation;
	const say = (text: string) => tell(`${text}\n`);
	const report = {...quietReporter, note: say, log: ({text}: {text: string}) => say(text)};
	const missing = await missingForVm(host, settings);
	const makeReady = readiness(host, personOf(invocation));
	await untilInterrupted(invocation, signal => makeReady(missing, {report, signal}));
}

async function isoOfSettings(
	invocation: Invocation,
	{settings, origins}: Pick<LoadedSettings, 'settings' | 'origins'>,
): Promise<string> {
	const wanted = `${settings.isoName}.iso`;
	const isos = await listIsos(invocation);
	const found = isos.find(({name}) => name === wanted);
	// Somebody who named an ISO must not look around in another one.
	const isNamed = invocation.preset !== undefined || origins.isoName.layer !== 'default';
	const iso = found ?? (isNamed ? undefined : isos[0]);
	if (!iso) {
		const there = isos.length > 0 ? ` There are: ${isos.map(({name}) => name).join(', ')}.` : '';
		throw new FixableError('iso-missing', `There is no ${wanted} in ${invocation.workspace.build}`, {
			hint: `Build it first: ${ownCommand('build')}.${there}`,
			exit: 'usage',
		});
	}
	if (!found) invocation.tell(`There is no ${wanted}; this is the newest ISO, ${iso.name}.\n`);
	return iso.path;
}

/** A file that is no ISO would only show a machine that finds nothing to boot. */
async function judgeIso({host}: Invocation, iso: string): Promise<void> {
	const image = await readIso(host, iso);
	if (!('problem' in image)) return;
	throw new FixableError('iso-missing', `${iso} is not an ISO that can be booted: ${image.problem}`, {
		hint: 'Check the path.',
		exit: 'usage',
	});
}
