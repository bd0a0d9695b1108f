import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {workspaceHolder} from '../host/workspace-lock.ts';
import {ownCommand} from '../own-command.ts';
import type {Artifact, PipelineEvent, RunOutcome, StepId, Verdict} from '../pipeline/events.ts';
import {parseEvents} from '../pipeline/replay.ts';
import {runFolderOf, type Workspace} from '../pipeline/workspace.ts';
import type {RunManifest} from '../reporters/run-manifest.ts';
import type {RunKind} from './actions.ts';

export type Place = {host: Host; workspace: Workspace};

/** A past run as a list shows it. */
export type PastRun = {
	id: string;
	kind: RunKind;
	preset: string;
	/** `interrupted`: it was killed before it could say how it ended. */
	outcome: RunOutcome | 'running' | 'interrupted';
	/** Whether it was to build the image, not only a part such as a download. */
	isBuild: boolean;
	startedAt: number;
	tookMs?: number;
	rehearsal: boolean;
	/** Absent where its record does not tell. */
	edgeAppliance?: boolean;
	/** What failed, in a sentence. */
	failure?: string;
	imageReference: string;
	isoName: string;
	/** Of what it verified, image, ISO and live system; absent where it came to none of that. */
	checks?: {passed: number; warned: number; failed: number};
	/** Whether the ISO came up and was as it should be. */
	booted: boolean;
	artifacts: readonly Artifact[];
};

/** The event that a run begins with. */
export type RunRequested = PipelineEvent & {type: 'run-started'};

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
 * The id of a run that is there; `last` is the newest one.
 * @throws {FixableError} when there is no such run.
 */
export async function runIdOf(place: Place, id: string): Promise<string> {
	// Only names that are there: an id is no path.
	const ids = await place.host.files.list(place.workspace.runs);
	const wanted = id === 'last' ? (await listRuns(place))[0]?.id : ids.find(other => other === id);
	return wanted ?? unknownRun(id);
}

/** @throws {FixableError} that says so */
export function unknownRun(id: string): never {
	throw new FixableError('unknown-run', id === 'last' ? 'There is no run yet' : `There is no run ${id}`, {
		hint: `${ownCommand('runs list')} names them; \`last\` is the newest.`,
		exit: 'usage',
	});
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

function ended(id: string, manifest: RunManifest): PastRun {
	const {preset, outcome, startedAt, endedAt, rehearsal, settings, steps, failure} = manifest;
	const failed = steps.find(step => step.outcome.kind === 'failed')?.outcome;
	return {
		id,
		kind: kindOf(steps),
		preset,
		outcome,
		isBuild: steps.some(step => step.id === 'provider-image'),
		startedAt,
		tookMs: endedAt - startedAt,
		rehearsal,
		edgeAppliance: settings?.edgeAppliance === undefined ? undefined : settings.edgeAppliance === true,
		failure: failed?.kind === 'failed' ? failed.failure.message : failure?.message,
		...madeBy(manifest),
	};
}

const verifying: readonly StepId[] = ['verify-image', 'verify-iso', 'smoke-test'];

function madeBy({imageReference, isoName, steps, artifacts}: RunManifest) {
	const results = steps.filter(({id}) => verifying.includes(id)).flatMap(({checks}) => checks ?? []);
	const count = (verdict: Verdict) => results.filter(result => result.verdict === verdict).length;
	return {
		imageReference: String(imageReference ?? ''),
		isoName: String(isoName ?? ''),
		checks: results.length === 0 ? undefined : {passed: count('pass'), warned: count('warn'), failed: count('fail')},
		booted: steps.some(({id, outcome}) => id === 'smoke-test' && outcome.kind === 'done'),
		artifacts: artifacts ?? [],
	};
}

function kindOf(steps: readonly {id: StepId}[]): RunKind {
	const has = (id: StepId) => steps.some(step => step.id === id);
	if (has('provider-image') || has('installer-iso')) return 'build';
	if (has('smoke-test')) return 'smoke test';
	if (has('verify-image') || has('verify-iso')) return 'verification';
	return has('prepare-source') ? 'preparation' : 'download';
}

async function begun(host: Host, id: string, events: string): Promise<PastRun | undefined> {
	const first = await firstEvent(host, events);
	if (first?.type !== 'run-started') return undefined;
	const {preset, rehearsal, imageReference, isoName} = first.run;
	return sensible(() => ({
		id,
		kind: kindOf(first.plan),
		preset,
		outcome: 'interrupted',
		isBuild: first.plan.some(step => step.id === 'provider-image'),
		startedAt: first.at,
		rehearsal,
		imageReference,
		isoName,
		booted: false,
		artifacts: [],
	}));
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

/**
 * What a run was asked for: the first event of its record.
 * @throws {FixableError} when the record doesn't tell it any more.
 */
export async function requestOf({host, workspace}: Place, id: string): Promise<RunRequested> {
	const ids = await host.files.list(workspace.runs);
	const first = ids.includes(id) ? await firstEvent(host, runFolderOf(workspace, id).events) : undefined;
	if (first?.type === 'run-started') return first;
	throw new FixableError('damaged-record', `The record of run ${id} does not tell what it was asked for`, {
		hint: 'It may have been deleted or cut off. Start from a preset instead.',
		exit: 'usage',
	});
}

/**
 * Removes the record of a run, not what it made.
 * @throws {FixableError} for one that goes on.
 */
export async function deleteRun(place: Place, id: string): Promise<void> {
	const {host, workspace} = place;
	if ((await holderOf(place))?.runId === id) {
		throw new FixableError('run-goes-on', `Run ${id} goes on`, {hint: 'Stop it first.', exit: 'usage'});
	}
	if (!(await host.files.list(workspace.runs)).includes(id)) return;
	await host.files.remove(runFolderOf(workspace, id).folder, workspace.runs);
}

/** Whether a run came to an end of its own. */
export function hasEnded(run: PastRun): run is PastRun & {outcome: RunOutcome} {
	return run.outcome !== 'interrupted' && run.outcome !== 'running';
}
