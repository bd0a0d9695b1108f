import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {ToolError} from '../../source/errors.ts';
import type {Host} from '../../source/host/host.ts';
import type {Command, RunningCommand} from '../../source/host/processes.ts';
import {probeAccelerator, slowness} from '../../source/machine/accelerator.ts';
import {fakeHost} from '../helpers/fake-host.ts';

const guest = {arch: 'amd64', cpu: 'host'} as const;

type Trial = (command: Command) => RunningCommand['ended'];
const speaks: Trial = command => {
	command.onBytes?.(Buffer.from('SeaBIOS'));
	return new Promise(() => undefined);
};
const hangs: Trial = () => new Promise(() => undefined);

const hostWith = (o: {device?: string; trial?: Trial} = {}) => {
	const stopped: string[] = [];
	const started: Command[] = [];
	const host = fakeHost({
		sleep: (milliseconds, signal) => delay(milliseconds / 200, undefined, {signal}),
		files: {
			...fakeHost().files,
			async open() {
				if (o.device) throw Object.assign(new Error(o.device), {code: o.device});
				return {close: async () => undefined} as never;
			},
		},
		start(command) {
			started.push(command);
			const ended = (o.trial ?? speaks)(command);
			ended.catch(() => undefined);
			return {pid: 1, ended, stop: async () => void stopped.push(command.program), write: () => undefined};
		},
	});
	return {host: host as Host, stopped, started};
};

describe('the accelerator', () => {
	test('is KVM when a guest with that CPU model spoke', async () => {
		const {host, started, stopped} = hostWith();
		expect(await probeAccelerator(host, guest)).toEqual({kind: 'kvm', cpu: 'host'});
		expect(started[0]?.args.join(' ')).toMatch(/accel=kvm.* -cpu host /);
		expect(stopped).toEqual(['qemu-system-x86_64']);
	});

	test.each([
		['ENOENT', 'there is no /dev/kvm', /firmware/],
		['EACCES', 'no permission to open /dev/kvm', /usermod -aG kvm builder/],
	])('is TCG when /dev/kvm gives %s, with a way out', async (device, reason, hint) => {
		const {host, started} = hostWith({device});
		expect(await probeAccelerator(host, guest)).toMatchObject({
			kind: 'tcg',
			cpu: 'max',
			reason,
			hint: expect.stringMatching(hint),
		});
		expect(started).toEqual([]);
	});

	// /dev/kvm could be opened, yet QEMU aborted (rc 134), and the boot test waited for a menu that could not come.
	test('is TCG when QEMU aborts, with what it said', async () => {
		const {host} = hostWith({
			trial: async command => {
				command.onLines?.('qemu: warning: something\nqemu: error: failed to set MSR 0x10a to 0x69', 'err');
				throw new ToolError('qemu', 'was ended by SIGABRT', {exitCode: 134});
			},
		});
		const accelerator = await probeAccelerator(host, guest);
		expect(accelerator).toMatchObject({kind: 'tcg', cpu: 'max'});
		expect(accelerator.kind === 'tcg' && accelerator.reason).toContain('failed to set MSR 0x10a');
	});

	// With other CPU models QEMU greeted over QMP and the guest hung at its first instruction.
	test('is TCG when the guest stays silent, and the trial is ended', async () => {
		const {host, stopped} = hostWith({trial: hangs});
		expect(await probeAccelerator(host, guest)).toMatchObject({
			reason: 'KVM was tried and the guest was silent for 10 s',
		});
		expect(stopped).toHaveLength(1);
	});

	test('is TCG for another architecture, without a trial', async () => {
		const {host, started} = hostWith();
		expect(await probeAccelerator(host, {arch: 'arm64', cpu: 'host'})).toMatchObject({
			kind: 'tcg',
			cpu: 'max,pauth-impdef=on',
		});
		expect(started).toEqual([]);
	});

	test('keeps a CPU model that was asked for', async () => {
		const {host} = hostWith({device: 'ENOENT'});
		expect(await probeAccelerator(host, {arch: 'amd64', cpu: 'Nehalem'})).toMatchObject({cpu: 'Nehalem'});
	});

	test('is tried once in a process', async () => {
		const {host, started} = hostWith();
		await Promise.all([probeAccelerator(host, guest), probeAccelerator(host, guest)]);
		expect(started).toHaveLength(1);
	});

	test('is tried again after a trial that was cancelled', async () => {
		const {host, started} = hostWith({trial: hangs});
		const controller = new AbortController();
		const cancelled = probeAccelerator(host, guest, controller.signal);
		controller.abort(new Error('cancelled'));
		await expect(cancelled).rejects.toThrow('cancelled');
		await probeAccelerator(host, guest);
		expect(started).toHaveLength(2);
	});

	test('without KVM everything may take ten times longer', () => {
		expect(slowness({kind: 'kvm', cpu: 'host'})).toBe(1);
		expect(slowness({kind: 'tcg', cpu: 'max', reason: ''})).toBe(10);
	});
});
