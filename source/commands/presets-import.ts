import {ask} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {type ImportedPreset, importPreset, saveImported} from '../app/preset-import.ts';
import {validatePresets} from '../app/preset-validation.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {differenceLines} from './presets-difference.ts';

/** `edge-builder presets import FROM`: a preset or a `.arg`; shows what it changes, asks, and saves it. */
export async function presetsImport(
	invocation: Invocation,
	from: string,
	{name, forMe}: {name?: string; forMe?: boolean},
): Promise<ExitCode> {
	const {tell, print, printJson, output} = invocation;
	const imported = await importPreset(invocation, from, {name});
	const say = output === 'json' ? tell : print;
	say(`${[...headingOf(imported), ...imported.remarks.map(remark => `! ${remark}`)].join('\n')}\n`);
	const question = imported.exists ? `Replace the preset ${imported.name}?` : `Save it as the preset ${imported.name}?`;
	const {difference, remarks, exists} = imported;
	const told = {name: imported.name, exists, difference, remarks};
	if (!(await ask(invocation, question))) {
		if (output === 'json') printJson({...told, saved: false});
		tell('Nothing was saved. Say --yes to save without being asked.\n');
		return exitCodes.usage;
	}
	const path = await saveImported(invocation, imported, {replace: exists || invocation.yes, forMe});
	const [verdict] = await validatePresets(invocation, [path]);
	for (const line of verdict?.wrong ?? []) tell(`✖ ${line}\n`);
	for (const line of verdict?.told ?? []) tell(`${line}\n`);
	if (verdict && verdict.wrong.length > 0)
		tell(`A build refuses it until that is mended: ${ownCommand(`presets validate ${imported.name}`)}.\n`);
	if (output === 'json') printJson({...told, saved: true, path, wrong: verdict?.wrong, told: verdict?.told});
	tell(`Saved ${path}\n`);
	return exitCodes.done;
}

function headingOf({name, place, exists, difference}: ImportedPreset): string[] {
	const beside = exists ? `the preset ${name} so far` : 'the defaults';
	if (difference.length === 0) return [`${place} is the same as ${beside}.`];
	return [`${place}, beside ${beside}:`, ...differenceLines(difference)];
}
