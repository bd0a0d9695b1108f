import type {Host} from '../../host/host.ts';
import {dyingWithUs, escaped, qemuProgram} from '../vm/qemu-command.ts';
import {findUefi} from '../vm/uefi-firmware.ts';
import {emulation, type Guest} from './accelerator.ts';

/** Why KVM lost; undefined when it won. `undecided`: neither came to its end, but KVM's firmware spoke. */
export type RaceResult = {lost?: string} | 'undecided';

/** What both sides boot: nothing but the firmware, or the kernel in this file. */
export type RaceCourse = 'firmware' | {kernel: string};

const limitMs = {firmware: 20_000, kernel: 60_000};
// KVM pays more for each byte on the serial line than emulation does, so it is given as long again, and this at least.
const leastGraceMs = 2000;

/**
 * Boots the same under KVM and under emulation, side by side; the first at the finish wins. The finish is a word of the
 * firmware, or the panic of a kernel that has started all of itself and finds no root filesystem: neither QMP's greeting
 * nor the kernel's first lines prove that a guest gets on.
 */
export async function raceAccelerators(
	host: Host,
	guest: Guest,
	course: RaceCourse,
	signal?: AbortSignal,
): Promise<RaceResult> {
	const limit = course === 'firmware' ? limitMs.firmware : limitMs.kernel;
	const over = new AbortController();
	const started = host.elapsed();
	const kvm = await startRunner(host, guest, course, 'kvm', signal);
	const tcg = await startRunner(host, guest, course, 'tcg', signal);
	const afterMs = (milliseconds: number) => host.sleep(milliseconds, over.signal);
	const tooSlow = async () => {
		const why = await tcg.finished;
		// Emulation that fails says nothing about KVM.
		if (why !== undefined) return new Promise<never>(() => undefined);
		const took = host.elapsed() - started;
		await afterMs(Math.max(leastGraceMs, took));
		return {lost: `the guest ${kvm.spoke() ? 'stood still after the firmware' : 'was silent'}`};
	};
	const late = async () => {
		await afterMs(limit);
		return kvm.spoke() ? ('undecided' as const) : {lost: `the guest was silent for ${limit / 1000} s`};
	};
	try {
		const contestants = [kvm.finished.then(lost => ({lost})), tooSlow(), late()];
		for (const contestant of contestants) contestant.catch(() => undefined);
		return await Promise.race(contestants);
	} finally {
		over.abort();
		await Promise.all([kvm.stop(), tcg.stop()]);
		signal?.throwIfAborted();
	}
}

type Runner = {
	/** Settles at the finish with undefined, and when QEMU ended before it with the reason. */
	finished: Promise<string | undefined>;
	spoke(): boolean;
	stop(): Promise<void>;
};

async function startRunner(
	host: Host,
	guest: Guest,
	course: RaceCourse,
	kind: 'kvm' | 'tcg',
	signal?: AbortSignal,
): Promise<Runner> {
	const finish = Promise.withResolvers<undefined>();
	const stderr: string[] = [];
	let said = '';
	const qemu = await host.start({
		...(await dyingWithUs(host, qemuProgram(guest.arch), await raceArguments(host, guest, course, kind))),
		what: 'Trying KVM',
		onBytes(bytes) {
			// The finish stands at the end of what is printed; a kernel that prints for ever must not fill our memory.
			said = (said + Buffer.from(bytes).toString('latin1')).slice(-16_384);
			if (course === 'firmware' || finishLine.test(said)) finish.resolve(undefined);
		},
		onLines: (text, stream) => void (stream === 'err' && stderr.push(...text.split('\n'))),
		signal,
		graceMs: 1000,
	});
	const ended = qemu.ended.then(
		() => 'QEMU ended at once',
		(error: Error) =>
			`QEMU ended at once: ${stderr.find(line => /error|fail/i.test(line)) ?? stderr.find(Boolean) ?? error.message}`,
	);
	return {finished: Promise.race([finish.promise, ended]), spoke: () => said !== '', stop: () => qemu.stop()};
}

// The kernel's own words, in init/do_mounts.c and init/main.c; they come through "quiet".
const finishLine = /Unable to mount root fs|No working init found/;

async function raceArguments(host: Host, guest: Guest, course: RaceCourse, kind: 'kvm' | 'tcg') {
	const {arch} = guest;
	const cpu = kind === 'kvm' ? guest.cpu : emulation(guest, {reason: ''}).cpu;
	const memory = course === 'firmware' ? '64' : '384';
	const common = ['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-cpu', cpu, '-m', memory];
	// With graphics=off SeaBIOS prints to the serial line.
	const machine = arch === 'amd64' ? `pc,accel=${kind},graphics=off` : `virt,accel=${kind}`;
	return ['-machine', machine, ...common, '-serial', 'stdio', ...(await load(host, arch, course))];
}

async function load(host: Host, arch: Guest['arch'], course: RaceCourse) {
	if (course !== 'firmware') {
		const line = `console=${arch === 'amd64' ? 'ttyS0' : 'ttyAMA0'} quiet panic=-1`;
		return ['-kernel', course.kernel, '-append', line];
	}
	const uefi = arch === 'arm64' ? await findUefi(host, arch) : undefined;
	if (!uefi) return [];
	const {path, format} = uefi.code;
	return ['-drive', `if=pflash,unit=0,readonly=on,format=${format},file=${escaped(path)}`];
}
