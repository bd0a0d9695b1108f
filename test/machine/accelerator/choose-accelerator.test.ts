import {mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {ToolError} from '../../../source/errors.ts';
import type {Host} from '../../../source/host/host.ts';
import type {Command, RunningCommand} from '../../../source/host/processes.ts';
import type {AcceleratorWish} from '../../../source/machine/accelerator/accelerator.ts';
import {chooseAccelerator} from '../../../source/machine/accelerator/choose-accelerator.ts';
import {recallKvm, rememberKvm} from '../../../source/machine/accelerator/kvm-verdict-cache.ts';
import {fakeHost} from '../../helpers/fake-host.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';

const wish: AcceleratorWish = {arch: 'amd64', cpu: 'host', accelerator: 'auto'};
const firmware = 'SeaBIOS (version 1.16)\r\n';
const kernelEnd = '[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n';

/** What a QEMU does after it was started; it lives on until it is stopped. */
type Play = (say: (text: string) => void, command: Command) => void | Promise<void>;
const boots: Play = async (say, {args}) => {
	say(firmware);
	if (!args.includes('-kernel')) return;
	await delay(20);
	say(kernelEnd);
};
const afterFirmware: Play = say => say(firmware);
const silent: Play = () => undefined;
const aborts: Play = async (_, command) => {
	command.onLines?.('qemu: warning: something\nqemu: error: failed to set MSR 0x10a to 0x69', 'err');
	throw new ToolError('qemu', 'was ended by SIGABRT', {exitCode: 134});
};

const hostWith = ({
	device,
	kvm = boots,
	tcg = boots,
	cache = temporaryFolder(),
}: {
	device?: string;
	kvm?: Play;
	tcg?: Play;
	cache?: string;
} = {}) => {
	const started: string[] = [];
	let running = 0;
	const {machine, files} = fakeHost();
	const host = fakeHost({
		env: {XDG_CACHE_HOME: cache, XDG_RUNTIME_DIR: mkdtempSync(join(cache, 'runtime-'))},
		machine: {...machine, user: {...machine.user, uid: process.getuid?.() ?? 0}},
		programs: ['qemu-system-x86_64'],
		sleep: (milliseconds, signal) => delay(milliseconds / 10, undefined, {signal}),
		files: {
			...files,
			async open(path, flags, mode) {
				if (path !== '/dev/kvm') return files.open(path, flags, mode);
				if (device) throw Object.assign(new Error(device), {code: device});
				return {close: async () => undefined} as never;
			},
		},
		async start(command): Promise<RunningCommand> {
			const line = command.args.join(' ');
			const kind = line.includes('accel=kvm') ? 'kvm' : 'tcg';
			started.push(`${kind} ${line.includes('-kernel') ? 'kernel' : 'firmware'}`);
			running++;
			const end = Promise.withResolvers<Awaited<RunningCommand['ended']>>();
			end.promise.catch(() => undefined).finally(() => running--);
			const say = (text: string) => command.onBytes?.(Buffer.from(text));
			void (async () => {
				try {
					await (kind === 'kvm' ? kvm : tcg)(say, command);
				} catch (error) {
					end.reject(error);
				}
			})();
			command.signal?.addEventListener('abort', () => end.reject(command.signal?.reason));
			const stop = async () => end.resolve({exitCode: 0, stdout: '', stderr: ''});
			return {pid: 1, ended: end.promise, stop, write: () => undefined};
		},
	});
	return {host: host as Host, started, cache, running: () => running};
};

const kernel = async (folder: string) => {
	writeFileSync(join(folder, 'kernel'), 'a kernel');
	return join(folder, 'kernel');
};

describe('the accelerator', () => {
	test('is KVM where a kernel boots on it, and nothing of the race is left', async () => {
		const {host, started, running} = hostWith();
		expect(await chooseAccelerator(host, wish, {kernel})).toEqual({kind: 'kvm', cpu: 'host', seen: 'kernel'});
		expect(started.sort()).toEqual(['kvm firmware', 'kvm kernel', 'tcg firmware', 'tcg kernel']);
		expect(running()).toBe(0);
		expect(await host.files.list(host.env.XDG_RUNTIME_DIR ?? '')).toEqual([]);
	});

	// SeaBIOS spoke at once under KVM, the kernel never got past its first lines, and the boot test was started on KVM.
	test('is emulation where the firmware speaks under KVM and the kernel stands still', async () => {
		const {host, running} = hostWith({kvm: afterFirmware});
		expect(await chooseAccelerator(host, wish, {kernel})).toEqual({
			kind: 'tcg',
			cpu: 'max',
			reason: 'KVM was tried and the guest stood still after the firmware',
		});
		expect(running()).toBe(0);
	});

	test('is KVM on the word of the firmware alone where there is no kernel, and says so', async () => {
		const {host, started} = hostWith({kvm: afterFirmware});
		const none = {kind: 'kvm', cpu: 'host', seen: 'firmware'};
		expect(await chooseAccelerator(host, wish)).toEqual(none);
		expect(await chooseAccelerator(host, wish, {kernel: async () => undefined})).toEqual(none);
		expect(started).not.toContain('kvm kernel');
		expect(await recallKvm(host, wish), 'so little is not remembered').toBeUndefined();
	});

	test('is KVM on the word of the firmware where the kernel says nothing under emulation either', async () => {
		const {host} = hostWith({kvm: afterFirmware, tcg: afterFirmware});
		expect(await chooseAccelerator(host, wish, {kernel})).toMatchObject({kind: 'kvm', seen: 'firmware'});
	});

	test('is KVM where a kernel boots on it a little later than under emulation', async () => {
		const late: Play = async (say, command) => {
			await delay(25);
			await boots(say, command);
		};
		const {host} = hostWith({kvm: late});
		expect(await chooseAccelerator(host, wish, {kernel})).toMatchObject({kind: 'kvm', seen: 'kernel'});
	});

	test.each([
		['ENOENT', 'there is no /dev/kvm', /firmware/],
		['EACCES', 'no permission to open /dev/kvm', /usermod -aG kvm builder/],
	])('is emulation when /dev/kvm gives %s, with a way out', async (device, reason, hint) => {
		const {host, started} = hostWith({device});
		expect(await chooseAccelerator(host, wish, {kernel})).toMatchObject({
			kind: 'tcg',
			cpu: 'max',
			reason,
			hint: expect.stringMatching(hint),
		});
		expect(started).toEqual([]);
	});

	// /dev/kvm could be opened, yet QEMU aborted (rc 134), and the boot test waited for a menu that could not come.
	test('is emulation when QEMU aborts under KVM, with what it said', async () => {
		const {host} = hostWith({kvm: aborts});
		const accelerator = await chooseAccelerator(host, wish);
		expect(accelerator).toMatchObject({kind: 'tcg', cpu: 'max'});
		expect(accelerator.kind === 'tcg' && accelerator.reason).toContain('failed to set MSR 0x10a');
	});

	// With other CPU models QEMU greeted over QMP and the guest hung at its first instruction.
	test.each([
		['with emulation that runs', boots],
		['with emulation that is silent, too', silent],
	])('is emulation when the guest stays silent under KVM, %s', async (_, tcg) => {
		const {host, running} = hostWith({kvm: silent, tcg});
		expect(await chooseAccelerator(host, wish)).toMatchObject({
			reason: expect.stringMatching(/^KVM was tried and the guest was silent/),
		});
		expect(running()).toBe(0);
	});

	test('is emulation for another architecture, without a trial', async () => {
		const {host, started} = hostWith();
		expect(await chooseAccelerator(host, {...wish, arch: 'arm64'})).toMatchObject({
			kind: 'tcg',
			cpu: 'max,pauth-impdef=on',
		});
		expect(started).toEqual([]);
	});

	test('keeps a CPU model that was asked for', async () => {
		const {host} = hostWith({device: 'ENOENT'});
		expect(await chooseAccelerator(host, {...wish, cpu: 'Nehalem'})).toMatchObject({cpu: 'Nehalem'});
	});

	test('is found out anew after a race that was cancelled', async () => {
		const {host, running} = hostWith({kvm: silent, tcg: silent});
		const controller = new AbortController();
		const cancelled = chooseAccelerator(host, wish, {signal: controller.signal});
		setTimeout(() => controller.abort(new Error('cancelled')), 20);
		await expect(cancelled).rejects.toThrow('cancelled');
		expect(running()).toBe(0);
		expect(await recallKvm(host, wish)).toBeUndefined();
	});
});

describe('ACCELERATOR', () => {
	test('tcg emulates without a look at KVM', async () => {
		const {host, started} = hostWith();
		expect(await chooseAccelerator(host, {...wish, accelerator: 'tcg'}, {kernel})).toMatchObject({kind: 'tcg'});
		expect(started).toEqual([]);
	});

	test('kvm fails where KVM runs no kernel, and says what would help', async () => {
		const {host} = hostWith({kvm: afterFirmware});
		await expect(chooseAccelerator(host, {...wish, accelerator: 'kvm'}, {kernel})).rejects.toMatchObject({
			code: 'kvm-unusable',
			message: 'KVM was asked for, but KVM was tried and the guest stood still after the firmware',
			hint: expect.stringContaining('ACCELERATOR=auto'),
		});
	});

	test('kvm tries what was remembered as bad once more', async () => {
		const {host} = hostWith();
		await rememberKvm(host, wish, {works: false, reason: 'of something'});
		expect(await chooseAccelerator(host, {...wish, accelerator: 'kvm'}, {kernel})).toMatchObject({kind: 'kvm'});
		expect(await recallKvm(host, wish)).toEqual({works: true});
	});
});

describe('what was found out about KVM', () => {
	test.each([
		['good', boots, 'kvm'],
		['bad', afterFirmware, 'tcg'],
	])('is remembered when it is %s, by the next process too', async (_, kvm, kind) => {
		const first = hostWith({kvm});
		await chooseAccelerator(first.host, wish, {kernel});
		const second = hostWith({kvm, cache: first.cache});
		expect(await chooseAccelerator(second.host, wish)).toMatchObject({kind});
		expect(second.started).toEqual([]);
	});

	test('is forgotten when the machine was started anew', async () => {
		const {host, cache} = hostWith();
		await rememberKvm(host, wish, {works: true});
		const file = join(cache, 'edge-builder/kvm.json');
		writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId": "[^"]*"/, '"bootId": "another"'));
		expect(await recallKvm(host, wish)).toBeUndefined();
	});

	test('holds for its own processor model only', async () => {
		const {host} = hostWith();
		await rememberKvm(host, wish, {works: false, reason: 'of something'});
		expect(await recallKvm(host, {...wish, cpu: 'max'})).toBeUndefined();
		expect(await recallKvm(host, wish)).toEqual({works: false, reason: 'of something'});
	});

	test.each([
		['garbage', (file: string) => writeFileSync(file, '{"bootId":')],
		['a list', (file: string) => writeFileSync(file, '[1]')],
		['too much', (file: string) => writeFileSync(file, `{${' '.repeat(100_000)}}`)],
		['a folder', (file: string) => mkdirSync(file)],
		['a link to itself', (file: string) => symlinkSync(file, file)],
	])('is found out anew where its file is %s', async (_, spoil) => {
		const {host, cache} = hostWith();
		mkdirSync(join(cache, 'edge-builder'));
		spoil(join(cache, 'edge-builder/kvm.json'));
		expect(await chooseAccelerator(host, wish, {kernel})).toMatchObject({kind: 'kvm', seen: 'kernel'});
	});

	test('is not needed: without a home that can be written each run finds out for itself', async () => {
		const {host, cache} = hostWith();
		writeFileSync(join(cache, 'edge-builder'), 'in the way');
		expect(await chooseAccelerator(host, wish, {kernel})).toMatchObject({kind: 'kvm', seen: 'kernel'});
	});
});
