import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {workspaceHolder} from '../host/workspace-lock.ts';
import {ownCommand} from '../own-command.ts';
import type {PipelineEvent, RunOutcome} from '../pipeline/events.ts';
import {parseEvents} from '../pipeline/replay.ts';
import {runFolderOf, type Workspace} from '../pipeline/workspace.ts';
import type {RunManifest} from '../reporters/run-manifest.ts';

export type Place = {host: Host; workspace: Workspace};

/** A past run as a list shows it. */
export type PastRun = {
	id: string;
	preset: string;
	/** `interrupted`: it was killed before it could say how it ended. */
	outcome: RunOutcome | 'running' | 'interrupted';
	/** Whether it was to build the image, not only a part such as a download. */
	isBuild: boolean;
	startedAt: number;
	tookMs?: number;
	rehearsal: boolean;
	/** What failed, in a sentence. */
	failure?: string;
};

/** Past runs of a workspace, newest first. */
export async function listRuns(place: Place): Promise<PastRun[]> {
	const ids = await place.host.files.list(place.workspace.runs);
	const holder = await holderOf(place);
	const runs: (PastRun | undefined)[] = [];
	// A workspace may hold more runs than a process may open files.
	for (let at = 0; at < ids.length; at += atOnce) {
		runs.push(...(await Promise.all(ids.slice(at, at + atOnce).map(id => pastRun(place, id)))));
	}
	return runs
		.filter(run => run !== undefined)
		.map(
			(run): PastRun =>
				run.outcome === 'interrupted' && run.id === holder?.runId ? {...run, outcome: 'running'} : run,
		)
		.toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}

const atOnce = 16;

export const holderOf = ({workspace}: Place) => workspaceHolder(join(workspace.state, 'lock.json'));

/**
 * The recorded events of a run; `last` is the newest one.
 * @throws {FixableError} when there is no such run.
 */
export async function eventsOf(place: Place, id: string): Promise<PipelineEvent[]> {
	const {host, workspace} = place;
	// Only names that are there: an id is no path.
	const ids = await host.files.list(workspace.runs);
	const wanted = id === 'last' ? (await listRuns(place))[0]?.id : ids.find(other => other === id);
	const text = wanted === undefined ? undefined : await host.files.readText(runFolderOf(workspace, wanted).events);
	if (text === undefined) {
		throw new FixableError('unknown-run', id === 'last' ? 'There is no run yet' : `There is no run ${id}`, {
			hint: `${ownCommand('runs list')} names them; \`last\` is the newest.`,
			exit: 'usage',
		});
	}
	return parseEvents(text);
}

// The manifest is small; the events of a run that was killed are all there is of it. A folder that somebody put there, or
// edited, must not hide all others: what makes no sense counts as not written.
async function pastRun({host, workspace}: Place, id: string): Promise<PastRun | undefined> {
	const {manifest, events} = runFolderOf(workspace, id);
	const text = await host.files.readText(manifest).catch(() => undefined);
	return (
		sensible(() => ended(id, JSON.parse(text ?? 'null'))) ?? (await begun(host, id, events).catch(() => undefined))
	);
}

function ended(id: string, {preset, outcome, startedAt, endedAt, rehearsal, steps, failure}: RunManifest): PastRun {
	const failed = steps.find(step => step.outcome.kind === 'failed')?.outcome;
	return {
		id,
		preset,
		outcome,
		isBuild: steps.some(step => step.id === 'provider-image'),
		startedAt,
		tookMs: endedAt - startedAt,
		rehearsal,
		failure: failed?.kind === 'failed' ? failed.failure.message : failure?.message,
	};
}

async function begun(host: Host, id: string, events: string): Promise<PastRun | undefined> {
	const first = await firstEvent(host, events);
	if (first?.type !== 'run-started') return undefined;
	const {preset, rehearsal} = first.run;
	const isBuild = first.plan.some(step => step.id === 'provider-image');
	return sensible(() => ({id, preset, outcome: 'interrupted', isBuild, startedAt: first.at, rehearsal}));
}

function sensible(read: () => PastRun): PastRun | undefined {
	try {
		const run = read();
		const isSensible =
			outcomes.includes(run.outcome) && typeof run.preset === 'string' && Number.isFinite(run.startedAt);
		return isSensible ? run : undefined;
	} catch {
		return undefined;
	}
}

// Plan and settings; the events behind it may be gigabytes.
const longestFirstEvent = 256 * 1024;

async function firstEvent({files}: Host, path: string): Promise<PipelineEvent | undefined> {
	if ((await files.info(path))?.kind !== 'file') return undefined;
	const file = await files.open(path, 'r');
	try {
		const {buffer, bytesRead} = await file.read(Buffer.alloc(longestFirstEvent), 0, longestFirstEvent, 0);
		return parseEvents(buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '')[0];
	} finally {
		await file.close();
	}
}

const outcomes: readonly unknown[] = ['passed', 'failed', 'cancelled', 'interrupted'] satisfies PastRun['outcome'][];

/** Whether a run came to an end of its own. */
export function hasEnded(run: PastRun): run is PastRun & {outcome: RunOutcome} {
	return run.outcome !== 'interrupted' && run.outcome !== 'running';
}
