import {join} from 'node:path';
import {lockWorkspace} from '../host/workspace-lock.ts';
import {runFolderOf, workspaceLock} from '../pipeline/workspace.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import {resolveSettings} from '../settings/layers.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import type {AppActions, RunSummary} from './actions.ts';
import {createComparison} from './home-differences.ts';
import {goingOnIn} from './home-going-on.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {deleteRun, hasEnded, listRuns, type PastRun} from './past-runs.ts';
import {listPresets} from './preset-files.ts';
import {askedForIn} from './run-again.ts';

type HomeActions = Pick<
	AppActions,
	| 'listRuns'
	| 'differencesOfRun'
	| 'deleteRun'
	| 'compareRuns'
	| 'openReport'
	| 'goingOn'
	| 'workspace'
	| 'listCleanables'
	| 'clean'
	| 'missingForReal'
>;

/** What the home screen tells of this workspace, and what it removes. */
export function homeActions(invocation: Invocation, machine: MachineFacts): HomeActions {
	const {host, workspace} = invocation;
	return {
		async listRuns() {
			return (await listRuns(invocation)).map(run => summaryOf(run, runFolderOf(workspace, run.id).folder));
		},
		async differencesOfRun(id) {
			const {layers, answers} = await askedForIn(invocation, machine, id);
			const {settings} = resolveSettings({layers: [{kind: 'answer', answers}, ...layers], machine});
			const compare = createComparison(invocation, await listPresets(invocation));
			return compare(withAbsolutePaths(settings, pathBase(invocation)));
		},
		deleteRun: id => deleteRun(invocation, id),
		async compareRuns(before, after) {
			const {differenceOfRuns, inWords} = await import('./lazy-imports.ts');
			return inWords(await differenceOfRuns(invocation, before, after));
		},
		async openReport(id) {
			const {openReport, reportOf} = await import('./lazy-imports.ts');
			const path = await reportOf(invocation, id);
			return {path, notOpened: await openReport(invocation, path)};
		},
		goingOn: () => goingOnIn(invocation),
		async workspace() {
			const {freeBytes} = await host.disk(workspace.root);
			return {path: shortened(workspace.root, host.machine.user.home), freeBytes};
		},
		async listCleanables() {
			const candidates = await candidatesOf(invocation);
			return candidates.map(({kind, title, bytes}) => ({kind, title, bytes, isDear: kind === 'firmware'}));
		},
		async clean(titles) {
			const {runId, command} = {runId: 'clean', command: invocation.commandLine};
			const lock = await lockWorkspace(workspaceLock(workspace), {runId, command, now: host.now()});
			try {
				const wanted = (await candidatesOf(invocation)).filter(({title}) => titles.includes(title));
				// Before anything is gone.
				for (const candidate of wanted) await candidate.mustBeFree?.();
				for (const candidate of wanted) await candidate.remove();
				return wanted.reduce((sum, {bytes}) => sum + bytes, 0);
			} finally {
				await lock.release();
			}
		},
		async missingForReal() {
			const {missingForReal} = await import('./lazy-imports.ts');
			return missingForReal(invocation);
		},
	};
}

async function candidatesOf(invocation: Invocation) {
	const {findCandidates} = await import('./lazy-imports.ts');
	return (await findCandidates(invocation)).filter(({bytes}) => bytes > 0).toSorted((a, b) => b.bytes - a.bytes);
}

const summaryOf = (run: PastRun, folder: string): RunSummary => ({
	id: run.id,
	kind: run.kind,
	preset: run.preset,
	rehearsal: run.rehearsal,
	startedAt: run.startedAt,
	durationMs: run.tookMs,
	outcome: hasEnded(run) ? run.outcome : run.outcome === 'running' ? 'running' : 'unfinished',
	failure: run.failure,
	imageReference: run.imageReference,
	isoName: run.isoName,
	imageBytes: run.artifacts.find(({kind}) => kind === 'provider-image')?.bytes,
	isoBytes: run.artifacts.find(({kind}) => kind === 'installer-iso')?.bytes,
	checks: run.checks,
	booted: run.booted,
	folder,
});

const shortened = (path: string, home: string) =>
	path === home ? '~' : path.startsWith(join(home, '/')) ? `~/${path.slice(home.length + 1)}` : path;
