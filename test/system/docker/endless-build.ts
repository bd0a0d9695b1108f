import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {runEarthly} from '../../../source/builders/canvos/earthly/run-earthly.ts';
import {createJournal} from '../../../source/host/journal.ts';
import {createHost} from '../../../source/host/real-host.ts';
import {createCleanup} from '../../../source/pipeline/cleanup.ts';
import type {StepContext} from '../../../source/pipeline/step.ts';
import {runFolderOf, workspaceAt} from '../../../source/pipeline/workspace.ts';
import {canvosSettings} from '../../builders/canvos/canvos-settings.ts';

// A program of its own, to be killed: builds without end in the workspace and under the run's id that it is given.
const [root = '', runId = ''] = process.argv.slice(2);
const workspace = workspaceAt(root);
const run = runFolderOf(workspace, runId);
for (const folder of [run.tree, run.logs]) mkdirSync(folder, {recursive: true});
const silent = () => undefined;
const c = {
	settings: canvosSettings(),
	options: {},
	workspace,
	run,
	host: await createHost({journal: createJournal(join(workspace.state, 'journals', `${runId}.ndjson`), runId), runId}),
	report: {node: silent, log: silent, note: silent, progress: silent},
	signal: new AbortController().signal,
	cleanup: createCleanup(silent),
} as unknown as StepContext;
await runEarthly(c, {target: '+iso', args: {STANDIN: 'endless'}});
