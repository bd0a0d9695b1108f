import type {PresetSummary} from '../app/actions.ts';
import {cleanLine} from '../text/ansi.ts';
import {formatAge} from '../text/durations.ts';
import {choose, type Extra} from './ask-choice.ts';
import {backToMenu, type Doing} from './doing.ts';
import {doWithPreset, importPreset} from './preset-doings.ts';

/** Saved presets and those that come with edge-builder, and what can be done with them. */
export const presetsMenu: Doing = tools => askAmong(tools, undefined);

type Answer = PresetSummary | 'import' | 'undo' | undefined;

/** `deleted`: the preset that can be brought back. */
async function askAmong(tools: Parameters<Doing>[0], deleted: string | undefined): ReturnType<Doing> {
	const {asker, actions} = tools;
	const presets = await actions.listPresets();
	const undo: Extra<Answer>[] =
		deleted === undefined ? [] : [{words: ['undo'], value: 'undo', does: `brings ${deleted} back`}];
	const answer = await choose<Answer>(
		asker,
		'Which preset?',
		presets.map(preset => ({
			value: preset,
			title: titleOf(preset),
			name: preset.name,
			description: aboutOf(preset, actions.now()),
		})),
		{extras: [{words: ['import'], value: 'import', does: 'takes one from a file or an address'}, ...undo, backToMenu]},
	);
	if (answer === undefined) return undefined;
	if (answer === 'import') await importPreset(tools);
	else if (answer === 'undo' && deleted !== undefined) {
		await actions.restorePreset(deleted);
		asker.say(`Preset ${deleted} is back.`);
	} else if (typeof answer === 'object') {
		const {exitCode, isDeleted} = await doWithPreset(tools, answer, presets);
		if (exitCode !== undefined) return exitCode;
		return askAmong(tools, isDeleted ? answer.name : deleted);
	}
	return askAmong(tools, undefined);
}

const titleOf = ({name, builder}: PresetSummary) =>
	`${cleanLine(name)}${builder === 'rehearsal' ? ' (REHEARSAL)' : ''}`;

const whose: Record<PresetSummary['origin'], string> = {
	shipped: 'comes with edge-builder',
	workspace: 'of this workspace',
	person: 'yours, in every workspace',
};

const aboutOf = ({description, origin, lastRun, problem, imageReference, fromBase}: PresetSummary, now: number) =>
	[
		cleanLine(description).replace(/\.$/, ''),
		whose[origin],
		imageReference && `makes ${cleanLine(imageReference)}`,
		fromBase && fromBase.differences.length > 0 && `differs from ${fromBase.base} in ${fromBase.differences.length}`,
		lastRun && `${lastRun.outcome} ${formatAge(lastRun.at, now)}`,
		problem && `cannot be built: ${cleanLine(problem)}`,
	]
		.filter(Boolean)
		.join('; ');
