import {setImmediate} from 'node:timers/promises';
import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import type {Cleanup} from '../../pipeline/step.ts';
import {chooseAccelerator, type KernelSource} from '../accelerator/choose-accelerator.ts';
import type {KvmStall} from '../accelerator/fallback-to-emulation.ts';
import type {IsoBoot, VmSettings} from '../boot-iso.ts';
import {type ConsoleSession, startSession} from './console-session.ts';
import {createDetachKeys, detachHint} from './detach-keys.ts';
import {lendTerminal, type TerminalInput, type TerminalOutput} from './lend-terminal.ts';

export type Console = {
	host: Host;
	/** Absolute path. */
	iso: string;
	settings: VmSettings;
	/** The ISO's own kernel, for the race between KVM and emulation. */
	kernel: KernelSource;
	/** The terminal that becomes the machine's serial console. */
	input: TerminalInput;
	output: TerminalOutput;
	/** Absolute path. */
	serialLog: string;
	signal: AbortSignal;
	cleanup: Cleanup;
};

/** How a console session ended; in every case the machine is gone and the terminal as it was. */
export type ConsoleEnd = {reason: 'detached' | 'guest-ended' | 'cancelled'; message: string};

/**
 * Boots the ISO's "(manual)" entry and lets a terminal be its serial console until a detach key is pressed, the guest
 * switches itself off, or the signal aborts. A boot that stalls under KVM begins again under emulation.
 * @throws {FixableError} when QEMU cannot be started or fails.
 */
export async function openConsole(o: Console): Promise<ConsoleEnd> {
	const {host, settings, kernel, output} = o;
	const left = new AbortController();
	const signal = AbortSignal.any([o.signal, left.signal]);
	const say = (text: string) => output.write(`\r\n[edge-builder] ${text}\r\n`);
	const {iso, serialLog, cleanup} = o;
	const boot: IsoBoot = {name: 'console', iso, serialLog, settings, reboots: true, signal, cleanup, note: say};
	let session: ConsoleSession | undefined;
	const detachKeys = createDetachKeys();
	const terminal = lendTerminal(o.input, output, {
		onTyped(text) {
			const {pass, detach} = detachKeys(text);
			session?.vm.serial.write(pass);
			// Who types is looking: a menu that waits for a key is no stall.
			session?.stopWatching();
			// In raw mode Ctrl-C is a key for the guest, but there is none yet.
			if (detach || (!session && pass.includes('\x03'))) left.abort();
		},
		onEnd: () => left.abort(),
	});
	let isAlternate = false;
	try {
		say(`Starting the VM; ${detachHint} brings you back and stops it.`);
		const accelerator = await chooseAccelerator(host, settings, {kernel, signal});
		session = await startSession(host, boot, {accelerator, output});
		const stall = await Promise.race([session.stalled, session.over]);
		if (isStall(stall)) {
			say(stall.message);
			await session.end();
			session = await startSession(host, boot, {accelerator: stall.emulation, output});
			const {serial} = session.vm;
			serial.onText(() => void stall.cameTo(serial.boot().stage));
		}
		const error = await session.over;
		isAlternate = await session.vm.serial.screen.isAlternate();
		if (signal.aborted) return endOfSession(o.signal);
		if (error && !(error instanceof FixableError && error.code === 'guest-switched-off')) throw error;
		return {reason: 'guest-ended', message: `${error?.message ?? 'The VM ended'}.`};
	} catch (error) {
		if (signal.aborted) return endOfSession(o.signal);
		throw error;
	} finally {
		terminal.restore({leaveAlternate: isAlternate});
		output.write('\r\n');
		await session?.end();
		// Standard input stops a turn after its pause: who listened before that would never hear anything.
		await setImmediate();
	}
}

const isStall = (value: KvmStall | Error | undefined): value is KvmStall =>
	value !== undefined && !(value instanceof Error);

const endOfSession = (cancelled: AbortSignal): ConsoleEnd =>
	cancelled.aborted
		? {reason: 'cancelled', message: 'Cancelled; the VM was stopped.'}
		: {reason: 'detached', message: 'Detached; the VM was stopped.'};
