import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** What `doctor` says with this program as `docker`. */
const checksWith = async (script: string) => {
	const bin = join(temporaryFolder(), 'bin');
	mkdirSync(bin);
	writeFileSync(join(bin, 'docker'), `#!/bin/sh\n${script}`, {mode: 0o755});
	const {stdout} = await runProgram(['doctor', '--json', 'BUILDER=canvos'], {
		cwd: temporaryFolder(),
		env: {PATH: `${bin}:${process.env.PATH}`},
		timeoutMs: 60_000,
	});
	return (JSON.parse(stdout) as {checks: {id: string}[]}).checks;
};

// As podman-docker of Debian 12 answers. Symptom: "the daemon gave no answer", and to start Docker was the advice.
test('Podman under Docker’s name is called by its own, in one sentence and with a cure', async () => {
	const info = JSON.stringify({host: {arch: 'amd64'}, store: {}, version: {APIVersion: '4.3.1', Version: '4.3.1'}});
	const checks = await checksWith(`
echo 'Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.' >&2
[ "$1" = info ] && echo '${info}'
`);
	expect(checks.find(({id}) => id === 'docker')).toMatchObject({
		verdict: 'fail',
		detail: '`docker` is Podman 4.3.1 here, which is not supported',
		hint: expect.stringMatching(/Docker Engine.*podman-docker/),
	});
	expect(checks.filter(({id}) => id.startsWith('docker-'))).toEqual([]);
});

// The build came as far as starting BuildKit, which Docker refused in words that name nobody.
test('a container that has BuildKit’s port is named before the build, with what stops it', async () => {
	const info = JSON.stringify({ServerVersion: '27.5.1', DockerRootDir: '/'});
	const checks = await checksWith(`
case "$*" in
	info*) echo '${info}';;
	ps*publish=9324*) echo shop-web;;
esac
`);
	expect(checks.find(({id}) => id === 'buildkit-port')).toMatchObject({
		verdict: 'fail',
		detail: '127.0.0.1:9324 is held by the container shop-web',
		hint: expect.stringContaining('`docker stop shop-web`'),
	});
});
