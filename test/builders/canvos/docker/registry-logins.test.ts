import {chmod, mkdir, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {
	loginPlaces,
	resolveLogins,
	storedLogins,
	writeLoginFolder,
} from '../../../../source/builders/canvos/docker/registry-logins.ts';
import {createHost} from '../../../../source/host/real-host.ts';
import {createCleanup} from '../../../../source/pipeline/cleanup.ts';
import type {StepContext} from '../../../../source/pipeline/step.ts';
import {temporaryFolder} from '../../../helpers/temporary-folder.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A host whose Docker configuration and credential helpers are what the test says. */
const hostWith = async (config: unknown, helpers: Record<string, string> = {}) => {
	const folder = temporaryFolder();
	const programs = join(folder, 'bin');
	await mkdir(programs);
	await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
	for (const [name, script] of Object.entries(helpers)) {
		await writeFile(join(programs, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
		await chmod(join(programs, `docker-credential-${name}`), 0o755);
	}
	const host = await createHost({env: {PATH: `${programs}:/usr/bin:/bin`, DOCKER_CONFIG: folder}});
	return {host, folder};
};

const helper = `read key; case "$key" in
  registry.example.com) echo '{"ServerURL":"x","Username":"ann","Secret":"s3cret"}';;
  https://index.docker.io/v1/) echo '{"Username":"<token>","Secret":"refresh"}';;
  *) echo 'credentials not found in native keychain'; exit 1;;
esac`;

describe('logins for a build', () => {
	test('come from inline auths, by whatever spelling of the registry', async () => {
		const {host} = await hostWith({
			auths: {
				'https://registry.example.com': {auth: base64('ann:pw')},
				'https://index.docker.io/v1/': {auth: base64('hub:pw')},
			},
		});
		expect(await resolveLogins({host}, ['registry.example.com', 'docker.io', 'quay.io'])).toEqual({
			logins: {
				'registry.example.com': {auth: base64('ann:pw')},
				'https://index.docker.io/v1/': {auth: base64('hub:pw')},
			},
			problems: [],
		});
	});

	test('come from the credential store, tokens as tokens, and nothing is said of those it has none for', async () => {
		const {host} = await hostWith({auths: {'registry.example.com': {}}, credsStore: 'vault'}, {vault: helper});
		expect(await resolveLogins({host}, ['registry.example.com', 'docker.io', 'quay.io'])).toEqual({
			logins: {
				'registry.example.com': {auth: base64('ann:s3cret')},
				'https://index.docker.io/v1/': {auth: base64('<token>:'), identitytoken: 'refresh'},
			},
			problems: [],
		});
	});

	test('come from a registry’s own helper before the store', async () => {
		const {host} = await hostWith(
			{credsStore: 'missing', credHelpers: {'registry.example.com': 'vault'}},
			{vault: helper},
		);
		const {logins, problems} = await resolveLogins({host}, ['registry.example.com', 'quay.io']);
		expect(Object.keys(logins)).toEqual(['registry.example.com']);
		expect(problems).toEqual(['docker-credential-missing is not installed, so the login for quay.io is not used']);
		expect((await loginPlaces(host)).helpers).toEqual(['missing', 'vault']);
	});

	test.each([{auths: null, credsStore: ''}, {auths: {'quay.io': null}, credHelpers: null}, {}])(
		'of %j are none, and no helper is named',
		async config => {
			const {host} = await hostWith(config);
			expect(await resolveLogins({host}, ['quay.io'])).toEqual({logins: {}, problems: []});
			expect(await loginPlaces(host)).toEqual({helpers: [], problem: undefined});
			expect(await storedLogins(host)).toEqual({registries: [], helper: false});
		},
	);

	test('of a broken configuration are none, and that is said without its content', async () => {
		const {host} = await hostWith('{"auths": {"x": {"auth": "c2VjcmV0');
		const {logins, problems} = await resolveLogins({host}, ['x']);
		expect(logins).toEqual({});
		expect(problems.join()).toMatch(/not valid JSON/);
		expect(problems.join()).not.toContain('c2VjcmV0');
	});

	test('of a helper that hangs or breaks are none, and its secret words are nowhere', async () => {
		const {host} = await hostWith({credsStore: 'bad'}, {bad: 'echo s3cret; exit 3'});
		const {problems} = await resolveLogins({host}, ['quay.io']);
		expect(problems).toEqual(['docker-credential-bad could not be asked for the login for quay.io']);
	});

	test('are written 0600, only those asked for, recorded before, and removed afterwards', async () => {
		const {host} = await hostWith({auths: {'quay.io': {auth: 'cQ=='}, 'other.example.com': {auth: 'bw=='}}});
		const temporary = temporaryFolder();
		const left: string[] = [];
		const cleanup = createCleanup(() => undefined);
		const journal = {
			record(leftover: unknown) {
				left.push(JSON.stringify(leftover));
				return () => void left.pop();
			},
		};
		const c = {
			host: {...host, journal},
			cleanup,
			run: {temporary},
			report: {note: () => undefined},
		} as unknown as StepContext;
		const {folder, remove} = await writeLoginFolder(c, 'logins-iso', ['quay.io']);
		const file = join(folder, 'config.json');
		expect((await stat(file)).mode & 0o777).toBe(0o600);
		expect((await stat(folder)).mode & 0o777).toBe(0o700);
		expect(JSON.parse((await host.files.readText(file)) ?? '')).toEqual({auths: {'quay.io': {auth: 'cQ=='}}});
		expect(left).toHaveLength(1);
		await remove();
		await cleanup.runAll();
		expect(await host.files.exists(folder)).toBe(false);
		expect(left).toEqual([]);
	});
});
