import {type AddressInfo, createServer} from 'node:net';
import {describe, expect, onTestFinished, test} from 'vitest';
import {buildkitPort, portHolder} from '../../../../../source/builders/canvos/earthly/runners/buildkit-port.ts';
import {type Listener, listenerOn} from '../../../../../source/host/listening-process.ts';
import {fakeHost} from '../../../../helpers/fake-host.ts';

const kept = {installation: 'edge-builder', container: 'edge-builder-buildkitd'};

/** @param looks What is found at each look: containers that publish the port, and who listens; the last stays. */
const holderAt = async (...looks: {containers?: string[]; listener?: Listener}[]) => {
	let at = 0;
	const now = () => looks[Math.min(at, looks.length - 1)];
	const host = fakeHost({run: () => ({stdout: (now()?.containers ?? []).join('\n')})});
	const found = await portHolder({host}, kept, () => {
		const {listener} = now() ?? {};
		at++;
		return listener;
	});
	return {found, asked: host.commands[0]?.args.join(' '), looks: at};
};

describe('BuildKit’s port', () => {
	test('is the one that Earthly chooses by the installation’s name', () => {
		expect(buildkitPort('edge-builder')).toBe(9324);
		expect(buildkitPort('edge-builder-native')).toBe(8669);
	});

	test('is free, or our own BuildKit’s', async () => {
		expect((await holderAt({})).found).toBeUndefined();
		const own = await holderAt({containers: ['edge-builder-buildkitd'], listener: {program: 'docker-proxy', pid: 7}});
		expect(own.found).toBeUndefined();
		expect(own.asked).toContain('--filter publish=9324');
	});

	test('is held by a container, which is named, also where no process of it is seen', async () => {
		expect((await holderAt({containers: ['shop-web']})).found).toEqual({
			holder: 'the container shop-web',
			cure: 'Stop it (`docker stop shop-web`)',
		});
	});

	test('is held by a program, which is named as far as it may be looked at', async () => {
		expect((await holderAt({listener: {program: 'nginx', pid: 42}})).found).toMatchObject({
			holder: 'nginx (process 42)',
			cure: expect.stringContaining('kill 42'),
		});
		expect((await holderAt({listener: {}})).found).toMatchObject({
			holder: 'a program of another user',
			cure: expect.stringContaining('ss -ltnp'),
		});
	});

	test('is waited for where Docker is about to let go of it', async () => {
		const ending = await holderAt({listener: {}}, {listener: {program: 'docker-proxy', pid: 7}}, {});
		expect(ending).toMatchObject({found: undefined, looks: 3});
	});
});

describe('who listens on a port', () => {
	const listenAt = async (host: string) => {
		const server = createServer();
		await new Promise<void>(resolve => server.listen(0, host, resolve));
		onTestFinished(() => void server.close());
		return (server.address() as AddressInfo).port;
	};

	test.each(['127.0.0.1', '0.0.0.0', '::'])('is found at %s, with number and name', async host => {
		expect(listenerOn(await listenAt(host))).toEqual({pid: process.pid, program: expect.stringMatching(/\S/)});
	});

	test('is nobody where only another address is taken, or none', async () => {
		const port = await listenAt('127.0.0.2');
		expect(listenerOn(port)).toBeUndefined();
		expect(listenerOn(1)).toBeUndefined();
	});
});
