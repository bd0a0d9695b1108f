import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {formatDay, formatDuration} from '../format.ts';
import type {Host} from '../host/host.ts';
import {workspaceHolder} from '../host/workspace-lock.ts';
import type {PipelineEvent, RunOutcome} from '../pipeline/events.ts';
import {parseEvents, replay} from '../pipeline/replay.ts';
import {initialRunState, type RunState, reduceRun} from '../pipeline/run-state.ts';
import {runFolderOf, type Workspace} from '../pipeline/workspace.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {outputTo} from '../reporters/output.ts';
import {plainSink} from '../reporters/plain.ts';
import type {RunManifest} from '../reporters/run-manifest.ts';
import {closingSummary} from '../reporters/summary.ts';
import type {Invocation} from './invocation.ts';

type Place = {host: Host; workspace: Workspace};

/** A past run as a list shows it. */
export type PastRun = {
	id: string;
	preset: string;
	/** `interrupted`: it was killed before it could say how it ended. */
	outcome: RunOutcome | 'running' | 'interrupted';
	startedAt: number;
	tookMs?: number;
	rehearsal: boolean;
	/** What failed, in a sentence. */
	failure?: string;
};

/** Past runs of a workspace, newest first. */
export const listRuns = async (place: Place): Promise<PastRun[]> => {
	const ids = (await place.host.files.list(place.workspace.runs)).reverse();
	const [holder, runs] = await Promise.all([
		workspaceHolder(join(place.workspace.state, 'lock.json')),
		Promise.all(ids.map(id => pastRun(place, id))),
	]);
	return runs
		.filter(run => run !== undefined)
		.map(run => (run.outcome === 'interrupted' && run.id === holder?.runId ? {...run, outcome: 'running'} : run));
};

/**
 * The recorded events of a run; `last` is the newest one.
 * @throws {FixableError} when there is no such run.
 */
export const eventsOf = async (place: Place, id: string): Promise<PipelineEvent[]> => {
	const {host, workspace} = place;
	// Only names that are there: an id is no path.
	const ids = await host.files.list(workspace.runs);
	const wanted = id === 'last' ? (await listRuns(place))[0]?.id : ids.find(other => other === id);
	const text = wanted === undefined ? undefined : await host.files.readText(runFolderOf(workspace, wanted).events);
	if (text === undefined) {
		throw new FixableError('unknown-run', id === 'last' ? 'There is no run yet' : `There is no run ${id}`, {
			hint: '`edge-builder runs list` names them; `last` is the newest.',
			exit: 'usage',
		});
	}
	return parseEvents(text);
};

/** `edge-builder runs list` */
export const runsList = async (invocation: Invocation): Promise<ExitCode> => {
	const runs = await listRuns(invocation);
	if (invocation.output === 'json') invocation.stdout.write(`${JSON.stringify({runs})}\n`);
	else if (runs.length === 0) invocation.stdout.write('There is no run yet.\n');
	for (const {id, outcome, startedAt, tookMs} of invocation.output === 'json' ? [] : runs) {
		const took = tookMs === undefined ? '' : formatDuration(tookMs);
		invocation.stdout.write(
			`${glyphs[outcome]} ${outcome.padEnd(11)} ${formatDay(startedAt)}  ${took.padStart(8)}  ${id}\n`,
		);
	}
	return exitCodes.done;
};

/** `edge-builder runs show ID`: its closing summary, rebuilt from its events. */
export const runsShow = async (invocation: Invocation, id: string): Promise<ExitCode> => {
	const events = await eventsOf(invocation, id);
	const state = events.reduce(reduceRun, initialRunState);
	invocation.stdout.write(
		invocation.output === 'json' ? `${JSON.stringify(jsonOf(state))}\n` : `${closingSummary(state)}\n`,
	);
	return exitCodes.done;
};

/** `edge-builder runs replay ID`: the same lines again, as fast as they can be printed or at a pace. */
export const runsReplay = async (
	invocation: Invocation,
	id: string,
	{pace = 0}: {pace?: number},
): Promise<ExitCode> => {
	const events = await eventsOf(invocation, id);
	const output = outputTo(invocation.stdout);
	const sink = invocation.output === 'json' ? ndjsonSink(output) : plainSink(output, {quiet: invocation.quiet});
	await replay(events, [sink], {pace, sleep: milliseconds => invocation.host.sleep(milliseconds)});
	if (invocation.output !== 'json') output.write(`${closingSummary(events.reduce(reduceRun, initialRunState))}\n`);
	await output.drain();
	return exitCodes.done;
};

const glyphs = {passed: '✔', failed: '✖', cancelled: '■', running: '▶', interrupted: '!'} as const;

// The manifest is small; the events of a run that was killed are all there is of it.
const pastRun = async ({host, workspace}: Place, id: string): Promise<PastRun | undefined> => {
	const {manifest, events} = runFolderOf(workspace, id);
	const text = await host.files.readText(manifest).catch(() => undefined);
	const recorded = text === undefined ? undefined : readManifest(text);
	if (recorded) {
		const {preset, outcome, startedAt, endedAt, rehearsal, steps} = recorded;
		const failed = steps.find(step => step.outcome.kind === 'failed')?.outcome;
		const failure = failed?.kind === 'failed' ? failed.failure.message : undefined;
		return {id, preset, outcome, startedAt, tookMs: endedAt - startedAt, rehearsal, failure};
	}
	const first = parseEvents(
		((await host.files.readText(events).catch(() => undefined)) ?? '').split('\n', 1)[0] ?? '',
	)[0];
	if (first?.type !== 'run-started') return undefined;
	const {preset, rehearsal} = first.run;
	return {id, preset, outcome: 'interrupted', startedAt: first.at, rehearsal};
};

// A folder that somebody put there, or edited, must not hide all others: it counts as a run without a manifest.
const readManifest = (text: string): RunManifest | undefined => {
	try {
		const manifest = JSON.parse(text) as RunManifest | null;
		return manifest && Object.hasOwn(glyphs, manifest.outcome) && Array.isArray(manifest.steps) ? manifest : undefined;
	} catch {
		return undefined;
	}
};

const jsonOf = ({run, phase, steps}: RunState) => ({
	run,
	phase,
	steps: steps.map(({id, phase: step, checks, artifacts}) => ({id, phase: step, checks, artifacts})),
});
