import type {PresetDifference, PresetSummary} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import {cleanLine} from '../text/ansi.ts';
import {choose, type PromptChoice} from './ask-choice.ts';
import {buildFrom} from './builds.ts';
import {backToMenu, type Tools} from './doing.ts';
import {askPresetName, isBack} from './save-preset.ts';

type PresetDoing = 'build' | 'rename' | 'duplicate' | 'compare' | 'export' | 'delete' | undefined;

/** Asks what to do with a preset, and does it. */
export async function doWithPreset(
	tools: Tools,
	preset: PresetSummary,
	all: readonly PresetSummary[],
): Promise<{exitCode?: ExitCode; isDeleted?: boolean}> {
	const {asker, actions} = tools;
	const {name} = preset;
	const doing = await choose<PresetDoing>(asker, `What about ${cleanLine(name)}?`, doingsFor(preset), {
		offered: preset.problem === undefined ? 0 : undefined,
		extras: [{...backToMenu, words: ['<', 'back']}],
	});
	switch (doing) {
		case 'build':
			return {exitCode: await buildFrom(tools, {preset: name})};
		case 'rename':
		case 'duplicate': {
			const to = await askPresetName(asker, actions, {mayReplace: false});
			if (to === undefined) return {};
			await (doing === 'rename' ? actions.renamePreset(name, to) : actions.duplicatePreset(name, to));
			asker.say(`Saved preset ${to}.`);
			return {};
		}
		case 'compare':
			await compare(tools, name, all);
			return {};
		case 'export': {
			const to = (await asker.text('Path of the file, or < to go back', `${name}.yaml`)).trim();
			if (isBack(to)) return {};
			asker.say(`Written to ${await actions.exportPreset(name, to)}.`);
			return {};
		}
		case 'delete': {
			if (!(await asker.yesNo(`Delete preset ${name}?`, false))) return {};
			await actions.deletePreset(name);
			asker.say(`Deleted preset ${name}.`);
			return {isDeleted: true};
		}
		case undefined:
			return {};
		default:
			return doing satisfies never;
	}
}

/** Asks for a preset or a `.arg` from elsewhere, says what it changes, and saves it after a yes. */
export async function importPreset({asker, actions}: Tools): Promise<void> {
	const from = (await asker.text('Path or https address of a preset file or a .arg, or < to go back')).trim();
	if (from === '' || isBack(from)) return;
	let imported = await actions.lookAtImport(from);
	while ('needsName' in imported) {
		asker.say(imported.needsName);
		const wanted = (await asker.text('Name of the preset, or < to go back')).trim();
		if (isBack(wanted)) return;
		if (wanted !== '') imported = await actions.lookAtImport(from, wanted);
	}
	const {name, place, exists, difference, remarks} = imported;
	asker.say(
		`${place}, beside ${exists ? `the preset ${name} so far` : 'the defaults'}:`,
		...differenceLines(difference),
		...remarks.map(remark => `  To know: ${remark}`),
	);
	const isWanted = await asker.yesNo(
		exists ? `Replace the preset ${name}?` : `Save it as the preset ${name}?`,
		!exists,
	);
	if (!isWanted) return;
	await actions.saveImport(imported);
	asker.say(`Saved preset ${name}.`);
}

async function compare({asker, actions}: Tools, name: string, all: readonly PresetSummary[]) {
	const others = all.filter(one => one.name !== name);
	const other = await choose<string | undefined>(
		asker,
		'With which preset?',
		others.map(one => ({value: one.name, title: cleanLine(one.name)})),
		{extras: [backToMenu]},
	);
	if (other !== undefined)
		asker.say(`From ${name} to ${other}:`, ...differenceLines(await actions.comparePresets(name, other)));
}

const differenceLines = (difference: readonly PresetDifference[]): readonly string[] =>
	difference.length === 0
		? ['  Both build the same.']
		: difference.map(
				({title, before, after, follows}) =>
					`  ${title}: ${before || '(empty)'}, then ${after || '(empty)'}${follows ? '; it follows from the others' : ''}`,
			);

function doingsFor({problem, origin}: PresetSummary): PromptChoice<PresetDoing>[] {
	const isOurs = origin === 'shipped' ? 'it comes with edge-builder' : undefined;
	return [
		{value: 'build', title: 'Review it, change answers, build', disabled: problem},
		{value: 'duplicate', title: 'Duplicate it'},
		{value: 'rename', title: 'Rename it', disabled: isOurs},
		{value: 'compare', title: 'Compare it with another'},
		{value: 'export', title: 'Export it to a file'},
		{value: 'delete', title: 'Delete it', disabled: isOurs},
	];
}
