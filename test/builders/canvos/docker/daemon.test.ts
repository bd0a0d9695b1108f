import {describe, expect, test} from 'vitest';
import {dockerSocket, endContainer, stopContainer} from '../../../../source/builders/canvos/docker/daemon.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';

const info = (more: object = {}) =>
	JSON.stringify({ServerVersion: '28.2.2', DockerRootDir: '/var/lib/docker', ...more});

const hostWith = (answers: {context?: string; info?: string}, env = {}) =>
	fakeHost({
		env,
		run: ({program, args}) => {
			if (program === 'stat') return {stdout: '998\n'};
			return {stdout: args[0] === 'context' ? `${answers.context}\n` : (answers.info ?? info())};
		},
	});

describe('the daemon’s socket', () => {
	test('is the one of the current context, its group and the caller as user', async () => {
		const host = hostWith({context: 'unix:///run/user/1000/docker.sock'});
		expect(await dockerSocket({host})).toEqual({
			path: '/run/user/1000/docker.sock',
			gid: 998,
			user: '1000:1000',
			root: '/var/lib/docker',
		});
	});

	test('is that of DOCKER_HOST before', async () => {
		const host = hostWith({}, {DOCKER_HOST: 'unix:///run/other.sock'});
		expect(await dockerSocket({host})).toMatchObject({path: '/run/other.sock'});
		expect(host.commands.some(({args}) => args[0] === 'context')).toBe(false);
	});

	test('is used as root in rootless mode, where root is the caller', async () => {
		const host = hostWith({context: 'unix:///x', info: info({SecurityOptions: ['name=seccomp', 'name=rootless']})});
		expect(await dockerSocket({host})).toMatchObject({user: '0:0'});
	});

	test('is not that of another machine, nor of a daemon that doesn’t answer', async () => {
		await expect(dockerSocket({host: hostWith({context: 'ssh://build.lab'})})).rejects.toMatchObject({
			code: 'docker-elsewhere',
		});
		const silent = hostWith({context: 'unix:///x', info: '{"ServerErrors":["Cannot connect to the Docker daemon"]}'});
		await expect(dockerSocket({host: silent})).rejects.toMatchObject({code: 'docker-unusable', exit: 'host'});
	});
});

describe('stopping a container', () => {
	/** Docker with containers; `docker ps` takes a name for a pattern, as the real one does. */
	const dockerWith = (running: Set<string>) =>
		fakeHost({
			run: ({args}) => {
				if (args[0] === 'ps') return {stdout: [...running].join('\n')};
				running.delete(args.at(-1) ?? '');
				return {};
			},
		});

	test('takes the exact name only', async () => {
		const host = dockerWith(new Set(['edge-builder-run-1-iso-2']));
		expect(await stopContainer({host}, 'edge-builder-run-1-iso')).toBe(false);
		expect(host.commands.map(({args}) => args[0])).toEqual(['ps']);
	});

	test('of ours waits until it is gone', async () => {
		const running = new Set(['a']);
		const host = dockerWith(running);
		await endContainer({host}, 'a');
		expect(running.size).toBe(0);
		expect(host.commands.map(({args}) => args[0])).toEqual(['ps', 'stop', 'ps']);
	});

	test('that was made but never started removes it', async () => {
		let made = true;
		const host = fakeHost({
			run: ({args}) => {
				if (args[0] === 'rm') made = false;
				return {stdout: args.includes('--all') && made ? 'a' : ''};
			},
		});
		await endContainer({host}, 'a');
		expect(host.commands.some(({args}) => args.join(' ') === 'rm --force a')).toBe(true);
		expect(made).toBe(false);
	});
});
