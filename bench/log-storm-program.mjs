// What bench/log-storm.mjs bundles and runs in a terminal: a run with all its records on the dashboard, whose only step
// prints a file. WORKSPACE LINES RESULT
import {writeFileSync} from 'node:fs';
import {builderOf} from '../source/commands/builders.ts';
import {machineFacts} from '../source/commands/load-settings.ts';
import {startRun} from '../source/commands/start-run.ts';
import {createHost} from '../source/host/real-host.ts';
import {workspaceAt} from '../source/pipeline/workspace.ts';
import {resolveSettings} from '../source/settings/layers.ts';
import {runApp} from '../source/tui/run-app.tsx';

const [root, lines, result] = process.argv.slice(2);
const host = await createHost();
const {settings} = resolveSettings({layers: [], machine: machineFacts(host)});
const began = performance.now();
const run = await startRun({
	preset: 'storm',
	settings: {...settings, builder: 'rehearsal'},
	options: {smokeTest: false, push: false, fresh: true, yes: true, keepTree: false},
	builder: builderOf({builder: 'rehearsal'}),
	steps: [
		{
			id: 'provider-image',
			title: 'Printing',
			done: 'Printed',
			after: [],
			exit: 'build',
			async run(c) {
				const onLines = (text, stream) => c.report.log({stream, text});
				await c.host.run({program: 'cat', args: [lines], onLines, signal: c.signal});
			},
		},
	],
	workspace: workspaceAt(root),
	env: process.env,
	version: '0',
	commandLine: 'bench',
});
await runApp({now: Date.now}, {initial: {run, leavesAtEnd: true}, colour: true, unicode: true});
const {outcome, state} = await run.finished;
const seconds = (performance.now() - began) / 1000;
writeFileSync(
	result,
	JSON.stringify({outcome, seconds, megabytes: process.resourceUsage().maxRSS / 1000, folder: state.run.folder}),
);
