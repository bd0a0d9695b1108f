import {readdirSync} from 'node:fs';
import {connect, type Socket} from 'node:net';
import {setTimeout as delay} from 'node:timers/promises';
import {ToolError} from '../../source/errors.ts';
import type {Host} from '../../source/host/host.ts';
import type {Command, RunningCommand} from '../../source/host/processes.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** What a guest can do: print on its serial line, take what is typed there, take keys, switch off. */
export type FakeMachine = {
	print(text: string): void;
	switchOff(reason: string): void;
	/** QEMU itself fails. */
	crash(exitCode: number, words: string): void;
};
export type FakeGuest = (machine: FakeMachine) => {onSerial?(text: string): void; onKey?(key: string): void};

/** What QEMU was given over QMP, how often it was started, how many run, and the folders that its machines have. */
export type FakeQemu = {host: Host; monitor: string[]; started: Command[]; running(): number; folders(): string[]};

/** Settings of a VM that the played QEMU runs. */
export const smallVm = {
	arch: 'amd64',
	cpu: 'host',
	accelerator: 'auto',
	vmFirmware: 'bios',
	memory: 2048,
	cores: 2,
} as const;

/**
 * A host whose QEMU is played: it connects to the sockets that its arguments name, speaks QMP, and lets `guest` play the
 * machine once it may run. Long timeouts pass `hurry` times as quickly.
 */
export const fakeQemu = (guest: FakeGuest | {refuses: string}, {hurry = 1}: {hurry?: number} = {}): FakeQemu => {
	const monitor: string[] = [];
	const started: Command[] = [];
	let running = 0;
	const runtime = temporaryFolder();
	const {machine, files} = fakeHost();
	const host = fakeHost({
		env: {XDG_RUNTIME_DIR: runtime, XDG_CACHE_HOME: temporaryFolder()},
		machine: {...machine, user: {...machine.user, uid: process.getuid?.() ?? 0}},
		programs: ['qemu-system-x86_64'],
		sleep: (milliseconds, signal) =>
			delay(milliseconds >= longWait ? milliseconds / hurry : milliseconds, undefined, {signal}),
		async start(command) {
			if (command.args.includes('stdio')) return trial(command);
			started.push(command);
			running++;
			const qemu = play(command, guest, monitor);
			qemu.ended.catch(() => undefined).finally(() => running--);
			return qemu;
		},
		files: {...files, open: async () => ({close: async () => undefined}) as never},
	});
	return {host, monitor, started, running: () => running, folders: () => readdirSync(runtime)};
};

// Shorter ones are pauses, in which the guest must have time to do something.
const longWait = 4000;

// A runner of the race between KVM and emulation: a firmware that speaks at once.
const trial = (command: Command): RunningCommand => {
	command.onBytes?.(Buffer.from('SeaBIOS (version 1.16)'));
	return {pid: 1, ended: new Promise(() => undefined), stop: async () => undefined, write: () => undefined};
};

const play = (command: Command, guest: FakeGuest | {refuses: string}, monitor: string[]): RunningCommand => {
	const end = Promise.withResolvers<Awaited<RunningCommand['ended']>>();
	end.promise.catch(() => undefined);
	const sockets: Socket[] = [];
	const exit = (exitCode: number, words = '') => {
		for (const socket of sockets) socket.destroy();
		if (words) command.onLines?.(words, 'err');
		if (exitCode === 0) end.resolve({exitCode, stdout: '', stderr: ''});
		else end.reject(new ToolError('qemu', `qemu failed with exit code ${exitCode}`, {exitCode}));
	};
	command.signal?.addEventListener('abort', () => end.reject(command.signal?.reason));
	const run = async () => {
		if ('refuses' in guest) return exit(1, guest.refuses);
		const [serial, qmp] = await Promise.all([socketOf(command, 'id=serial'), socketOf(command, 'id=control')]);
		sockets.push(serial, qmp);
		for (const socket of sockets) socket.on('error', () => undefined);
		const send = (message: object) => void (qmp.writable && qmp.write(`${JSON.stringify(message)}\r\n`));
		send({QMP: {version: {}, capabilities: []}});
		let played: ReturnType<FakeGuest> = {};
		serial.on('data', bytes => played.onSerial?.(bytes.toString()));
		const machine: FakeMachine = {
			print: text => void (serial.writable && serial.write(text)),
			switchOff(reason) {
				send({event: 'SHUTDOWN', data: {guest: true, reason}});
				setTimeout(() => exit(0), 20);
			},
			crash: exit,
		};
		qmp.on('data', bytes => {
			for (const line of bytes.toString().trim().split('\n')) {
				const {execute, arguments: args, id} = JSON.parse(line);
				monitor.push(execute);
				send({return: {}, id});
				if (execute === 'cont') played = guest(machine);
				if (execute === 'send-key') played.onKey?.(args.keys[0].data);
				if (execute === 'quit') exit(0);
			}
		});
	};
	void run();
	return {
		pid: 1,
		ended: end.promise,
		async stop() {
			exit(0);
			await end.promise.catch(() => undefined);
		},
		write: () => undefined,
	};
};

const socketOf = async ({args}: Command, id: string): Promise<Socket> => {
	const path = args.find(arg => arg.startsWith(`socket,${id},`))?.match(/path=([^,]+)/)?.[1] ?? '';
	const socket = connect(path);
	await new Promise(resolve => socket.once('connect', resolve));
	return socket;
};
