import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const createAuthority = () => {
	const folder = temporaryFolder();
	const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'ca.pem')];
	const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-keyout', key];
	const names = ['-subj', '/CN=edge-builder test', '-addext', 'subjectAltName=DNS:localhost'];
	execFileSync('openssl', ['req', '-x509', ...made, '-out', certificate, ...names], {stdio: 'ignore'});
	return {key, certificate};
};

const serveRegistry = async ({key, certificate}: ReturnType<typeof createAuthority>) => {
	const options = {key: readFileSync(key), cert: readFileSync(certificate)};
	const server = https.createServer(options, (_, response) => response.writeHead(401).end());
	await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
	onTestFinished(() => void server.close());
	return `localhost:${(server.address() as AddressInfo).port}`;
};

// A daemon that answers: only then registries are asked.
const standInDocker = () => {
	const folder = join(temporaryFolder(), 'bin');
	mkdirSync(folder);
	const info = JSON.stringify({ServerVersion: '27.0.0', OperatingSystem: 'stand-in', DockerRootDir: '/'});
	writeFileSync(join(folder, 'docker'), `#!/bin/sh\n[ "$1" = info ] && echo '${info}'\n`, {mode: 0o755});
	return `${folder}:${process.env.PATH}`;
};

const checkRegistry = async (registry: string, env: Record<string, string>, words: readonly string[]) => {
	const args = ['doctor', '--json', 'BUILDER=canvos', `SPECTRO_PUB_REPO=${registry}/edge`, ...words];
	const {stdout} = await runProgram(args, {
		cwd: temporaryFolder(),
		env: {PATH: standInDocker(), ...env},
		timeoutMs: 60_000,
	});
	const {checks} = JSON.parse(stdout) as {checks: {id: string; verdict: string; detail?: string}[]};
	return checks.find(({id}) => id === 'image-registry');
};

// Symptom: with CA_FILE for the company's own registry, every public registry failed with an unknown issuer. Cause: the
// file's certificates stood in the place of the default ones instead of beside them.
test.skipIf(!hasOpenssl)('CA_FILE adds to the authorities that are trusted anyway', async () => {
	const [usual, own] = [createAuthority(), createAuthority()];
	const [publicRegistry, ownRegistry] = [await serveRegistry(usual), await serveRegistry(own)];
	const env = {NODE_EXTRA_CA_CERTS: usual.certificate};
	const caFile = `CA_FILE=${own.certificate}`;
	expect(await checkRegistry(ownRegistry, env, [])).toMatchObject({verdict: 'warn'});
	expect(await checkRegistry(ownRegistry, env, [caFile])).toMatchObject({verdict: 'pass'});
	expect(await checkRegistry(publicRegistry, env, [caFile])).toMatchObject({verdict: 'pass'});
});

// Symptom: "us-docker.pkg.dev can be reached" was warned about behind a firewall, though a mirror had everything.
test('a mirror that answers is enough, also by plain HTTP', async () => {
	const server = http.createServer((_, response) => response.writeHead(200).end());
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const mirror = `127.0.0.1:${(server.address() as AddressInfo).port}`;
	const mirrors = `REGISTRY_MIRRORS=registry.invalid=http://${mirror}/palette`;
	expect(await checkRegistry('registry.invalid', {}, [mirrors])).toMatchObject({
		verdict: 'pass',
		detail: `by ${mirror}`,
	});
	expect(await checkRegistry('registry.invalid', {}, [])).toMatchObject({verdict: 'warn'});
});
