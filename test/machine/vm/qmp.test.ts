import {connect, createServer, type Socket} from 'node:net';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, onTestFinished, test} from 'vitest';
import {openQmp, type QmpEvent} from '../../../source/machine/vm/qmp.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {until} from '../../helpers/until.ts';

const sleep = (milliseconds: number, signal?: AbortSignal) => delay(milliseconds, undefined, {signal});
const greeting = '{"QMP": {"version": {}, "capabilities": []}}\r\n';

/** Two ends of a real unix socket: QEMU's and ours. `answer` gets each command that QEMU receives. */
const pair = async (answer: (command: {execute: string; id: number}, qemu: Socket) => void = () => undefined) => {
	const path = join(temporaryFolder(), 'qmp');
	const server = createServer();
	await new Promise<void>(resolve => server.listen(path, resolve));
	const connected = new Promise<Socket>(resolve => server.once('connection', resolve));
	const ours = connect(path);
	const qemu = await connected;
	onTestFinished(() => {
		ours.destroy();
		qemu.destroy();
		server.close();
	});
	qemu.on('data', bytes => {
		for (const line of bytes.toString().trim().split('\n')) answer(JSON.parse(line), qemu);
	});
	return {ours, qemu};
};

const agrees = ({execute, id}: {execute: string; id: number}, qemu: Socket) => {
	if (execute === 'qmp_capabilities') qemu.write(`{"return": {}, "id": ${id}}\r\n`);
};

const opened = async (answer: Parameters<typeof pair>[0] = agrees) => {
	const both = await pair(answer);
	both.qemu.write(greeting);
	return {...both, qmp: await openQmp(both.ours, {sleep, timeoutMs: 2000})};
};

describe('QMP', () => {
	test('answers belong to their commands, in whatever order they come', async () => {
		const waiting: number[] = [];
		const {qmp} = await opened((command, qemu) => {
			agrees(command, qemu);
			if (command.execute === 'qmp_capabilities') return;
			waiting.push(command.id);
			if (waiting.length === 2) for (const id of waiting.reverse()) qemu.write(`{"return": ${id}, "id": ${id}}\r\n`);
		});
		expect(await Promise.all([qmp.execute('query-status'), qmp.execute('query-cpus')])).toEqual([2, 3]);
	});

	test('messages may be cut anywhere', async () => {
		const {ours, qemu} = await pair(agrees);
		const opening = openQmp(ours, {sleep, timeoutMs: 2000});
		for (const character of greeting) {
			qemu.write(character);
			await new Promise(resolve => setImmediate(resolve));
		}
		const qmp = await opening;
		const events: QmpEvent[] = [];
		qmp.onEvent(event => void events.push(event));
		qemu.write('{"event": "SHUT');
		qemu.write('DOWN", "data": {"reason": "guest-reset"}}\r\n{"event": "STOP"}\r\n');
		await until(
			() => events.length === 2,
			() => JSON.stringify(events),
		);
		expect(events).toEqual([
			{event: 'SHUTDOWN', data: {reason: 'guest-reset'}},
			{event: 'STOP', data: undefined},
		]);
	});

	test('a refusal carries the words of QEMU', async () => {
		const {qmp} = await opened((command, qemu) => {
			agrees(command, qemu);
			if (command.execute === 'eject')
				qemu.write(`{"id": ${command.id}, "error": {"class": "GenericError", "desc": "Device not found"}}\n`);
		});
		await expect(qmp.execute('eject')).rejects.toThrow('eject: Device not found');
	});

	test('a silent QEMU is given up, and the next command still works', async () => {
		let silent = true;
		const {qmp} = await opened((command, qemu) => {
			agrees(command, qemu);
			if (command.execute === 'query-status' && !silent) qemu.write(`{"return": "running", "id": ${command.id}}\n`);
			silent = false;
		});
		silent = true;
		await expect(qmp.execute('query-status', undefined, {timeoutMs: 30})).rejects.toThrow(
			'did not answer query-status',
		);
		silent = false;
		expect(await qmp.execute('query-status')).toBe('running');
	});

	test('a connection that closes ends what was asked, and what is asked later', async () => {
		const {qmp, qemu} = await opened();
		const asked = qmp.execute('query-status');
		qemu.destroy();
		await expect(asked).rejects.toThrow('QEMU closed the connection');
		await expect(qmp.execute('cont')).rejects.toThrow('QEMU closed the connection');
	});

	test('something that is not QMP is told as such', async () => {
		const {ours, qemu} = await pair();
		qemu.write('HTTP/1.1 400 Bad Request\r\n');
		await expect(openQmp(ours, {sleep, timeoutMs: 2000})).rejects.toThrow('not QMP: HTTP/1.1 400');
	});

	test('no greeting in time is an error', async () => {
		const {ours} = await pair();
		await expect(openQmp(ours, {sleep, timeoutMs: 30})).rejects.toThrow('did not answer with a greeting');
	});
});
