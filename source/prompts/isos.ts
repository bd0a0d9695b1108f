import type {AppActions, IsoChoice} from '../app/actions.ts';
import {cleanLine} from '../text/ansi.ts';
import {formatBytes} from '../text/bytes.ts';
import {formatAge} from '../text/durations.ts';
import {choose} from './ask-choice.ts';
import type {Asker} from './asker.ts';
import {askingBy, followToTheEnd} from './builds.ts';
import {backToMenu, type Doing} from './doing.ts';
import {fixAfterAsking} from './machine.ts';

/** Boots an ISO and gives the terminal to its serial console. */
export const openConsole: Doing = async ({asker, actions}) => {
	const iso = await askIso(asker, actions);
	if (iso === undefined) return undefined;
	const missing = await actions.missingForConsole();
	if (missing.length > 0 && !(await fixAfterAsking({asker, actions}, missing, 'A VM needs'))) return undefined;
	asker.say(`${actions.detachKey} ends the machine and brings you back here.`);
	const {message} = await actions.openConsole(iso);
	if (message !== undefined) asker.say(message);
	return undefined;
};

/** Looks into what is built already. */
export const checkIso: Doing = async tools => {
	const {asker, actions} = tools;
	const iso = await askIso(asker, actions);
	if (iso === undefined) return undefined;
	const part = await choose<'verify-iso' | 'verify-image' | 'smoke-test' | undefined>(
		asker,
		'What shall be checked?',
		[
			{value: 'verify-iso', title: 'Verify the ISO', description: 'Its boot paths, its files, and what it installs'},
			{value: 'verify-image', title: 'Verify its image', description: 'What the provider image contains'},
			{value: 'smoke-test', title: 'Boot it once', description: 'In a virtual machine, which is then asked questions'},
		],
		{offered: 0, extras: [{...backToMenu, words: ['<', 'back']}]},
	);
	return part && followToTheEnd(tools, () => actions.startPart(iso, part, askingBy(asker)));
};

async function askIso(asker: Asker, actions: AppActions): Promise<IsoChoice | undefined> {
	const isos = await actions.listIsos();
	if (isos.length === 0) {
		asker.say('There is no ISO in build/ yet. Build one first.');
		return undefined;
	}
	return choose<IsoChoice | undefined>(
		asker,
		'Which ISO?',
		isos.map(iso => ({
			value: iso,
			title: cleanLine(iso.name),
			description: `${formatBytes(iso.bytes)}, ${formatAge(iso.builtAt, actions.now())}`,
		})),
		{offered: 0, extras: [{...backToMenu, words: ['<', 'back']}]},
	);
}
