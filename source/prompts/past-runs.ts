import type {RunSummary} from '../app/actions.ts';
import {cleanLine} from '../text/ansi.ts';
import {formatAge, formatDay, formatDuration} from '../text/durations.ts';
import {choose} from './ask-choice.ts';
import {buildFrom, followToTheEnd} from './builds.ts';
import {backToMenu, type Doing} from './doing.ts';

type RunDoing = 'lines' | 'again' | 'change' | 'report' | 'delete' | undefined;

/** Earlier runs, the newest first, and what can be done with one. */
export const pastRuns: Doing = async tools => {
	const {asker, actions} = tools;
	const runs = await actions.listRuns();
	if (runs.length === 0) {
		asker.say('No run yet.');
		return undefined;
	}
	const now = actions.now();
	const run = await choose<RunSummary | undefined>(
		asker,
		'Which run?',
		runs.map(one => ({value: one, title: titleOf(one, now), name: one.id, description: aboutOf(one)})),
		{extras: [backToMenu]},
	);
	if (run === undefined) return undefined;
	const isRunning = run.outcome === 'running' ? 'it goes on in another terminal' : undefined;
	const doing = await choose<RunDoing>(
		asker,
		`What about the run of ${formatDay(run.startedAt)}?`,
		[
			{value: 'lines', title: 'Show its lines again'},
			{value: 'again', title: 'Do the same again', disabled: isRunning},
			{value: 'change', title: 'Change its answers and build', disabled: isRunning},
			{value: 'report', title: 'Say where its report and logs are'},
			{value: 'delete', title: 'Delete its record', disabled: isRunning},
		],
		{offered: 0, extras: [{...backToMenu, words: ['<', 'back']}]},
	);
	if (doing === 'lines') await tools.replay(run.id);
	if (doing === 'again') return followToTheEnd(tools, () => actions.runAgain(run.id));
	if (doing === 'change') return buildFrom(tools, {past: run.id});
	if (doing === 'report') asker.say(`Report: ${run.folder}/report.html`, `Logs: ${run.folder}/logs`);
	if (doing === 'delete' && (await asker.yesNo('Delete its logs and its report? What it made stays.', false))) {
		await actions.deleteRun(run.id);
		asker.say(`Deleted the record of ${run.id}.`);
	}
	return undefined;
};

const titleOf = ({kind, preset, outcome, startedAt, rehearsal}: RunSummary, now: number) =>
	`${cleanLine(preset)}${rehearsal ? ' (REHEARSAL)' : ''}, ${kind}, ${outcome}, ${formatAge(startedAt, now)}`;

const aboutOf = ({durationMs, failure}: RunSummary) =>
	[durationMs === undefined ? '' : `took ${formatDuration(durationMs)}`, cleanLine(failure ?? '')]
		.filter(Boolean)
		.join(', ');
