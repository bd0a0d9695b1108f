import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// As podman-docker of Debian 12 answers. Symptom: "the daemon gave no answer", and to start Docker was the advice.
test('Podman under Docker’s name is called by its own, in one sentence and with a cure', async () => {
	const bin = join(temporaryFolder(), 'bin');
	mkdirSync(bin);
	const info = JSON.stringify({host: {arch: 'amd64'}, store: {}, version: {APIVersion: '4.3.1', Version: '4.3.1'}});
	const shim = `#!/bin/sh
echo 'Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.' >&2
[ "$1" = info ] && echo '${info}'
`;
	writeFileSync(join(bin, 'docker'), shim, {mode: 0o755});
	const {stdout} = await runProgram(['doctor', '--json', 'BUILDER=canvos'], {
		cwd: temporaryFolder(),
		env: {PATH: `${bin}:${process.env.PATH}`},
		timeoutMs: 60_000,
	});
	const {checks} = JSON.parse(stdout) as {checks: {id: string}[]};
	expect(checks.find(({id}) => id === 'docker')).toMatchObject({
		verdict: 'fail',
		detail: '`docker` is Podman 4.3.1 here, which is not supported',
		hint: expect.stringMatching(/Docker Engine.*podman-docker/),
	});
	expect(checks.filter(({id}) => id.startsWith('docker-'))).toEqual([]);
});
