import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createHost} from '../../../source/host/real-host.ts';
import {createCleanup} from '../../../source/pipeline/cleanup.ts';
import type {RunOptions, StepContext} from '../../../source/pipeline/step.ts';
import {runFolderOf} from '../../../source/pipeline/workspace.ts';
import {outputNames} from '../../../source/settings/output-names.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {fakeCanvos} from './fake-canvos.ts';
import {collectingReporter} from './recordings.ts';

/**
 * A run that builds from a small repository, with everything real but Earthly and Docker: an `earthly` on PATH, or
 * earthly.sh, notes how it was called and saves the ISO that +iso and +build-all-images save.
 */
export const canvosRun = async (more: Partial<Settings> = {}, options: Partial<RunOptions> = {}) => {
	const canvos = await fakeCanvos({runner: 'native', ...more});
	const programs = join(canvos.root, 'programs');
	const calls = join(canvos.root, 'calls');
	mkdirSync(programs);
	const earthly = `#!/bin/sh
case "$*" in --version) echo 'earthly version v0.8.15'; exit;; esac
echo "$*" >> '${calls}'
case "$*" in *+iso* | *+build-all-images*) echo new > "build/$(sed -n 's/^ISO_NAME=//p' .arg).iso";; esac
`;
	writeFileSync(join(programs, 'earthly'), earthly, {mode: 0o755});
	const docker = `#!/bin/sh\ncase "$1 $2" in 'image inspect') echo '[{"Id":"sha256:1","Size":1}]';; esac\n`;
	writeFileSync(join(programs, 'docker'), docker, {mode: 0o755});
	if (more.runner === 'upstream-script') {
		canvos.write('earthly.sh', earthly);
		canvos.commit('A script that notes its calls');
		canvos.git('tag', '--force', 'v4.8.10');
	}
	const {host, workspace, settings, signal} = canvos.c;
	const run = runFolderOf(workspace, 'run');
	mkdirSync(run.logs, {recursive: true});
	const seen = collectingReporter();
	const env = {...host.env, PATH: `${programs}:${process.env.PATH}`};
	const c: StepContext = {
		settings,
		names: outputNames(settings),
		options: {smokeTest: false, push: false, fresh: false, yes: false, keepTree: false, ...options},
		workspace,
		run,
		host: await createHost({env}),
		report: {...seen.report, progress: ignore, check: ignore, artifact: ignore},
		signal,
		cleanup: createCleanup(() => undefined),
		makeReady: async () => false,
		results: {firmware: []},
	};
	return {
		canvos,
		c,
		seen,
		tree: (path: string) => join(run.tree, path),
		/** The arguments of each call of Earthly after its own options. */
		calls: async () =>
			((await host.files.readText(calls)) ?? '')
				.split('\n')
				.filter(Boolean)
				.map(line => line.slice(line.indexOf('+'))),
	};
};

const ignore = () => undefined;
