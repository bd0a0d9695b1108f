import {describe, expect, test} from 'vitest';
import {
	judgeCgroups,
	judgeMemory,
	judgeStorage,
	judgeVersion,
} from '../../../../source/builders/canvos/docker/daemon-properties.ts';
import {containerName} from '../../../../source/builders/canvos/docker/labels.ts';
import {bindMount, volumeMount} from '../../../../source/builders/canvos/docker/mount.ts';
import {publicRegistryNotice} from '../../../../source/builders/canvos/docker/public-registry.ts';
import {parseReference, registryAddress} from '../../../../source/builders/canvos/docker/reference.ts';
import {judgeSpace} from '../../../../source/builders/canvos/docker/space.ts';
import {takeTurn} from '../../../../source/builders/canvos/docker/turn.ts';

test('a mount takes paths with commas, quotes, colons and blanks', () => {
	expect(bindMount('/a b:c', '/x')).toEqual(['--mount', 'type=bind,source=/a b:c,target=/x']);
	expect(bindMount('/a,"b"', '/x', {readOnly: true})).toEqual([
		'--mount',
		'type=bind,"source=/a,""b""",target=/x,readonly',
	]);
	expect(volumeMount('cache', '/tmp/earthly')).toEqual(['--mount', 'type=volume,source=cache,target=/tmp/earthly']);
});

test('a container’s name is one that Docker allows', () => {
	expect(containerName('2026-11-22T07:23:11-my preset', 'iso')).toBe('edge-builder-2026-11-22T07-23-11-my-preset-iso');
});

test.each([
	[
		'ttl.sh/ubuntu:kubeadm-1.34.2-v4.8.10-demo',
		{registry: 'ttl.sh', repository: 'ubuntu', tag: 'kubeadm-1.34.2-v4.8.10-demo'},
	],
	['localhost:5000/a/b:1', {registry: 'localhost:5000', repository: 'a/b', tag: '1'}],
	['localhost:5000/a/b', {registry: 'localhost:5000', repository: 'a/b', tag: 'latest'}],
	['edge/ubuntu:1', {registry: 'docker.io', repository: 'edge/ubuntu', tag: '1'}],
	['registry.example.com/edge/ubuntu:1', {registry: 'registry.example.com', repository: 'edge/ubuntu', tag: '1'}],
])('%s is taken apart', (reference, parts) => {
	expect(parseReference(reference)).toEqual(parts);
});

test('plain HTTP is for registries of this machine only', () => {
	expect(
		['localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:5000']
			.map(registryAddress)
			.every(url => url.startsWith('http://')),
	).toBe(true);
	expect(
		['ttl.sh', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1:5000']
			.map(registryAddress)
			.every(url => url.startsWith('https://')),
	).toBe(true);
});

test('a push to ttl.sh says that it is public and when it expires', () => {
	expect(publicRegistryNotice('ttl.sh/ubuntu:demo')).toMatchObject({
		expires: '24 hours',
		question: expect.stringMatching(/public/),
	});
	expect(publicRegistryNotice('ttl.sh/ubuntu:1h')?.expires).toBe('1 hour');
	expect(publicRegistryNotice('ttl.sh/ubuntu:30m')?.expires).toBe('30 minutes');
	expect(publicRegistryNotice('ttl.sh/ubuntu:7d')?.expires).toBe('24 hours');
	expect(publicRegistryNotice('registry.example.com/ubuntu:1h')).toBeUndefined();
});

test('turns are taken one after the other, and whoever waits is told once', async () => {
	const name = `test-${process.pid}-${Math.random()}`;
	const order: string[] = [];
	const first = await takeTurn(name);
	const second = takeTurn(name, {onWait: () => order.push('waiting')}).then(async release => {
		order.push('second');
		await release();
	});
	await new Promise(resolve => setTimeout(resolve, 150));
	order.push('first done');
	await first();
	await second;
	expect(order).toEqual(['waiting', 'first done', 'second']);
});

test('waiting for a turn ends with the run, and with patience', async () => {
	const name = `test-${process.pid}-${Math.random()}`;
	const release = await takeTurn(name);
	await expect(takeTurn(name, {signal: AbortSignal.timeout(80)})).rejects.toThrow();
	await expect(takeTurn(name, {patienceMs: 80})).rejects.toMatchObject({code: 'turn-timeout'});
	await release();
	await (await takeTurn(name))();
});

describe('judging Docker', () => {
	test('by its version', () => {
		const verdictOf = (ServerVersion: string) => judgeVersion({ServerVersion}).verdict;
		expect(['28.2.2', '24.0.0', '20.10.24+dfsg1', '19.3.1', 'unknown'].map(verdictOf)).toEqual([
			'pass',
			'pass',
			'warn',
			'fail',
			'warn',
		]);
	});

	test('by control groups, storage and memory; what is unknown is never a silent pass', () => {
		expect(judgeCgroups({CgroupVersion: '2', CgroupDriver: 'systemd'}).verdict).toBe('pass');
		expect(judgeCgroups({}).verdict).toBe('warn');
		expect(judgeStorage({Driver: 'overlay2'}).verdict).toBe('pass');
		expect(judgeStorage({Driver: 'vfs'}).verdict).toBe('warn');
		expect(judgeStorage({}).verdict).toBe('warn');
		const gib = 1024 ** 3;
		expect([16, 7.7, 6, 2].map(size => judgeMemory({MemTotal: size * gib}, 0).verdict)).toEqual([
			'pass',
			'pass',
			'warn',
			'fail',
		]);
	});

	test('by its space, the stages of one filesystem together', () => {
		const room = (freeGb: number, freeInodes = 1e7) => ({path: '/var/lib/docker', freeBytes: freeGb * 1e9, freeInodes});
		const settings = {edgeAppliance: true, minDiskGb: 30};
		const verdicts = (docker: number, workspace: number, together = false) =>
			judgeSpace(settings, {docker: room(docker), workspace: room(workspace), together}).map(
				({id, verdict}) => `${id} ${verdict}`,
			);
		expect(verdicts(100, 100)).toEqual(['docker-space pass', 'workspace-space pass']);
		expect(verdicts(35, 100)).toEqual(['docker-space warn', 'workspace-space pass']);
		expect(verdicts(29, 4)).toEqual(['docker-space fail', 'workspace-space fail']);
		expect(verdicts(45, 45, true)).toEqual(['docker-space warn']);
		expect(
			judgeSpace({edgeAppliance: false, minDiskGb: 10}, {docker: room(45), workspace: room(45), together: true})[0]
				?.verdict,
		).toBe('pass');
		const full = judgeSpace(settings, {docker: room(100, 1000), workspace: room(100), together: false})[0];
		expect(full).toMatchObject({verdict: 'fail', detail: expect.stringMatching(/inodes/)});
		expect(judgeSpace(settings, {workspace: room(100), together: false})[0]).toMatchObject({
			id: 'docker-space',
			verdict: 'warn',
		});
	});
});
