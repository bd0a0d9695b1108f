import {describe, expect, test} from 'vitest';
import {
	checkControlGroups,
	checkDaemon,
	checkMemory,
	checkStorageDriver,
	checkVersion,
} from '../../../../source/builders/canvos/docker/daemon-checks.ts';
import {FixableError} from '../../../../source/errors.ts';
import type {Command, CommandResult} from '../../../../source/host/processes.ts';
import {workspaceAt} from '../../../../source/pipeline/workspace.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';
import {canvosSettings} from '../canvos-settings.ts';

const checksWith = async (run: (command: Command) => Partial<CommandResult>) =>
	(
		await checkDaemon({
			settings: canvosSettings(),
			host: fakeHost({run}),
			workspace: workspaceAt('/nowhere'),
			build: true,
			smokeTest: false,
		})
	).checks;

describe('the check of the Docker daemon', () => {
	test('tells a missing Docker', async () => {
		const missing = () => {
			throw new FixableError('program-missing', 'docker is not installed');
		};
		expect(await checksWith(missing)).toEqual([
			expect.objectContaining({
				id: 'docker',
				verdict: 'fail',
				detail: 'docker is not installed',
				hint: expect.stringMatching(/^Install Docker/),
			}),
		]);
	});

	test.each([
		[
			'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
			/group docker/,
		],
		[
			'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
			/systemctl start docker/,
		],
	])('tells %s', async (words, hint) => {
		const stdout = JSON.stringify({ServerErrors: [words]});
		expect(await checksWith(() => ({exitCode: 1, stdout}))).toEqual([
			expect.objectContaining({id: 'docker', verdict: 'fail', detail: words, hint: expect.stringMatching(hint)}),
		]);
		expect(await checksWith(() => ({exitCode: 1, stderr: words}))).toMatchObject([{detail: words}]);
	});
});

// Podman's shim answers with Podman's own fields, its socket with Docker's and one more. "Start it" was the advice.
test.each([
	['its shim', {host: {arch: 'amd64'}, store: {}, version: {APIVersion: '4.3.1', Version: '4.3.1'}}],
	['its socket', {ServerVersion: '4.3.1', OperatingSystem: 'debian', BuildahVersion: '1.28.2'}],
])('Podman is recognised by %s, and what to do is said', async (_, info) => {
	const stderr = 'Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.';
	expect(await checksWith(() => ({stdout: JSON.stringify(info), stderr}))).toEqual([
		expect.objectContaining({
			verdict: 'fail',
			detail: '`docker` is Podman 4.3.1 here, which is not supported',
			hint: expect.stringMatching(/^Install Docker Engine/),
		}),
	]);
});

test('a client that is too old for its daemon is to be updated, not the daemon started', async () => {
	const words =
		'Error response from daemon: client version 1.43 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version';
	expect(await checksWith(() => ({exitCode: 1, stdout: JSON.stringify({ServerErrors: [words]})}))).toMatchObject([
		{detail: words, hint: expect.stringMatching(/update the package/)},
	]);
});

describe('judging Docker', () => {
	test('by its version', () => {
		const verdictOf = (ServerVersion: string) => checkVersion({ServerVersion}).verdict;
		expect(['28.2.2', '24.0.0', '20.10.24+dfsg1', '19.3.1', 'unknown'].map(verdictOf)).toEqual([
			'pass',
			'pass',
			'warn',
			'fail',
			'warn',
		]);
	});

	test('by control groups, storage and memory; what is unknown is never a silent pass', () => {
		expect(checkControlGroups({CgroupVersion: '2', CgroupDriver: 'systemd'}).verdict).toBe('pass');
		expect(checkControlGroups({}).verdict).toBe('warn');
		expect(checkStorageDriver({Driver: 'overlay2'}).verdict).toBe('pass');
		expect(checkStorageDriver({Driver: 'vfs'}).verdict).toBe('warn');
		expect(checkStorageDriver({}).verdict).toBe('warn');
		const gib = 1024 ** 3;
		expect([16, 7.7, 6, 2].map(size => checkMemory({MemTotal: size * gib}, 0).verdict)).toEqual([
			'pass',
			'pass',
			'warn',
			'fail',
		]);
		expect(checkMemory({MemTotal: 16 * gib}, 0).detail).toBe('17.2 GB');
	});
});
