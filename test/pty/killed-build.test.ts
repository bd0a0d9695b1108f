import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {scriptedDocker} from '../builders/canvos/scripted-docker.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// Symptom: of the logins it told twice, alone and with the folder that they were in.
test('what a killed build left is cleaned up by the next, and each thing is told once', async () => {
	const {clone} = await fakeCanvos();
	const {env} = scriptedDocker('localhost/ubuntu:kubeadm-1.34.2-v4.8.10-demo', {
		served: ['docker.io/earthly/buildkitd:v0.8.15'],
	});
	const [bin = ''] = env.PATH.split(':');
	writeFileSync(
		join(bin, 'earthly'),
		'#!/bin/sh\n[ "$1" = --version ] && exec echo earthly version v0.8.15\necho building >&2; exec sleep 600\n',
		{mode: 0o755},
	);
	const cwd = temporaryFolder();
	const args = [
		...[
			'build',
			'--only',
			'provider-image',
			'BUILDER=canvos',
			'RUNNER=native',
			'EDGE_APPLIANCE=false',
			'IMAGE_REGISTRY=localhost',
		],
		...[`CANVOS_SOURCE=${clone}`, 'CANVOS_REF=v4.8.10', 'PE_VERSION=v4.8.10', 'MIN_DISK_GB=1'],
	];
	const killed = startUnattended(args, {cwd, env});
	await killed.prints('building', 60_000);
	killed.signal('SIGKILL');
	await killed.exitCode(10_000);
	const {stdout, stderr} = await runProgram(['download', 'BUILDER=canvos', 'EDGE_APPLIANCE=false'], {
		cwd,
		env,
	});
	const told = `${stdout}${stderr}`.split('\n').filter(line => line.includes('Cleaned up'));
	const folder = `${cwd}/build/state/temporary/`;
	expect(
		told.map(line =>
			line
				.replace(/^.*earlier run: /, '')
				.replace(folder, '')
				.replace(/20\S+-canvos-\w+/, 'RUN'),
		),
	).toEqual(['Ended 1 process that run RUN left running.', 'Removed RUN.']);
});
