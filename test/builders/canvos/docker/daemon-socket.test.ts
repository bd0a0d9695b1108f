import {describe, expect, test} from 'vitest';
import {dockerSocket} from '../../../../source/builders/canvos/docker/daemon-socket.ts';
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
