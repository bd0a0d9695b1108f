import type {ComparedRow, RunSummary} from '../app/actions.ts';
import {cleanLine} from '../text/ansi.ts';
import {formatAge, formatDay, formatDuration} from '../text/durations.ts';
import {choose} from './ask-choice.ts';
import {askingBy, buildFrom, followToTheEnd} from './builds.ts';
import {backToMenu, type Doing, type Tools} from './doing.ts';

type RunDoing = 'lines' | 'again' | 'change' | 'compare' | 'report' | 'delete' | undefined;

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
			{
				value: 'compare',
				title: 'Compare it with another one',
				disabled: runs.length < 2 ? 'there is no other' : undefined,
			},
			{value: 'report', title: 'Open its report, and say where report and logs are'},
			{value: 'delete', title: 'Delete its record', disabled: isRunning},
		],
		{offered: 0, extras: [{...backToMenu, words: ['<', 'back']}]},
	);
	if (doing === 'lines') await tools.replay(run.id);
	if (doing === 'again') return followToTheEnd(tools, () => actions.runAgain(run.id, askingBy(asker)));
	if (doing === 'change') return buildFrom(tools, {past: run.id});
	if (doing === 'compare') await compare(tools, run, runs);
	if (doing === 'report') await report(tools, run);
	if (doing === 'delete' && (await asker.yesNo('Delete its logs and its report? What it made stays.', false))) {
		await actions.deleteRun(run.id);
		asker.say(`Deleted the record of ${run.id}.`);
	}
	return undefined;
};

async function report({asker, actions}: Tools, run: RunSummary) {
	const {path, notOpened} = await actions.openReport(run.id);
	asker.say(`Report: ${cleanLine(path)}`, notOpened ?? 'Opened in the browser.', `Logs: ${cleanLine(run.folder)}/logs`);
}

async function compare({asker, actions}: Tools, run: RunSummary, all: readonly RunSummary[]) {
	const now = actions.now();
	const other = await choose<RunSummary | undefined>(
		asker,
		'With which run?',
		all
			.filter(({id}) => id !== run.id)
			.map(one => ({value: one, title: titleOf(one, now), name: one.id, description: aboutOf(one)})),
		{extras: [backToMenu]},
	);
	if (other === undefined) return;
	const [before, after] = other.startedAt < run.startedAt ? [other, run] : [run, other];
	const compared = await actions.compareRuns(before.id, after.id);
	asker.say(
		`Before: ${cleanLine(compared.before)}`,
		`After: ${cleanLine(compared.after)}`,
		...rowsOf('Settings', compared.settings, 'The settings are the same.'),
		...rowsOf('Steps', compared.steps, 'Neither came to a step.'),
		...rowsOf('What they made', compared.artifacts, 'What they made is the same.'),
	);
}

const rowsOf = (title: string, rows: readonly ComparedRow[], same: string): readonly string[] =>
	rows.length === 0
		? [same]
		: [`${title}:`, ...rows.map(row => `  ${row.title}: ${cleanLine(row.before)}, then ${cleanLine(row.after)}`)];

const titleOf = ({kind, preset, outcome, startedAt, rehearsal}: RunSummary, now: number) =>
	`${cleanLine(preset)}${rehearsal ? ' (REHEARSAL)' : ''}, ${kind}, ${outcome}, ${formatAge(startedAt, now)}`;

const aboutOf = ({durationMs, failure}: RunSummary) =>
	[durationMs === undefined ? '' : `took ${formatDuration(durationMs)}`, cleanLine(failure ?? '')]
		.filter(Boolean)
		.join(', ');
