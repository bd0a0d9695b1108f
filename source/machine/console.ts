import {dirname, join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {Cleanup} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';
import {describeAccelerator, probeAccelerator} from './accelerator.ts';
import {createDetachKeys, detachHint} from './detach-keys.ts';
import {chooseManualEntry} from './manual-entry.ts';
import {lendTerminal, type TerminalInput, type TerminalOutput} from './terminal.ts';
import {startVm, type Vm} from './vm.ts';
import {vmSize} from './vm-size.ts';

export type Console = {
	host: Host;
	/** Absolute path. */
	iso: string;
	settings: Pick<Settings, 'arch' | 'cpu' | 'memory' | 'cores'>;
	/** The terminal that becomes the machine's serial console. */
	input: TerminalInput;
	output: TerminalOutput;
	/** Absolute path; also names the folder for the disk. */
	serialLog: string;
	signal: AbortSignal;
	cleanup: Cleanup;
	/** Size of an empty disk to try an installation on; without it there is none. */
	diskGib?: number;
	/** @default false */
	network?: boolean;
	/** @default BIOS on amd64; arm64 knows only UEFI. */
	firmware?: 'bios' | 'uefi';
};

/** How a console session ended; in every case the machine is gone and the terminal as it was. */
export type ConsoleEnd = {reason: 'detached' | 'guest-ended' | 'cancelled'; message: string};

/**
 * Boots the ISO's "(manual)" entry and lets a terminal be its serial console until a detach key is pressed, the guest
 * switches itself off, or the signal aborts. @throws {FixableError} when QEMU cannot be started or fails.
 */
export const openConsole = async (o: Console): Promise<ConsoleEnd> => {
	const left = new AbortController();
	const signal = AbortSignal.any([o.signal, left.signal]);
	let vm: Vm | undefined;
	const detachKeys = createDetachKeys();
	const terminal = lendTerminal(o.input, o.output, {
		onTyped(text) {
			const {pass, detach} = detachKeys(text);
			vm?.serial.write(pass);
			// In raw mode Ctrl-C is a key for the guest, but there is none yet.
			if (detach || (!vm && pass.includes('\x03'))) left.abort();
		},
		onEnd: () => left.abort(),
	});
	let isAlternate = false;
	try {
		vm = await start(o, signal);
		const {ended} = vm;
		const stopDrawing = draw(vm, o.output);
		const stopChoosing = chooseAtEachBoot(vm, o.output);
		const error = await Promise.race([ended, aborted(signal)]).finally(() => {
			stopDrawing();
			stopChoosing();
		});
		isAlternate = await vm.serial.screen.isAlternate();
		if (signal.aborted) return endOfSession(o.signal);
		if (error && !(error instanceof FixableError && error.code === 'guest-switched-off')) throw error;
		return {reason: 'guest-ended', message: `${error?.message ?? 'The VM ended'}.`};
	} catch (error) {
		if (signal.aborted) return endOfSession(o.signal);
		throw error;
	} finally {
		terminal.restore({leaveAlternate: isAlternate});
		o.output.write('\r\n');
		await vm?.powerOff({graceMs: o.diskGib === undefined ? 0 : powerDownMs});
	}
};

const powerDownMs = 10_000;

const start = async (o: Console, signal: AbortSignal): Promise<Vm> => {
	const {host, settings, output} = o;
	const {arch} = settings;
	say(output, `Starting the VM; ${detachHint} brings you back and stops it.`);
	const accelerator = await probeAccelerator(host, {arch, cpu: settings.cpu}, signal);
	const {notes, ...size} = vmSize(settings, host.machine, {emulated: accelerator.kind === 'tcg'});
	for (const note of [`It runs with ${describeAccelerator(accelerator)}.`, ...notes]) say(output, note);
	await host.files.makeFolder(dirname(o.serialLog));
	return startVm(
		host,
		{
			name: 'console',
			arch,
			accelerator,
			...size,
			firmware: o.firmware ?? (arch === 'arm64' ? 'uefi' : 'bios'),
			iso: o.iso,
			disk: o.diskGib === undefined ? undefined : {path: join(dirname(o.serialLog), 'disk.qcow2'), gib: o.diskGib},
			network: o.network ?? false,
			reboots: true,
			serialLog: o.serialLog,
		},
		{signal, cleanup: o.cleanup},
	);
};

const draw = ({serial}: Vm, output: TerminalOutput) => {
	const onDrain = () => serial.resume();
	output.on('drain', onDrain);
	const stop = serial.onText(text => {
		if (!output.write(text)) serial.pause();
	});
	return () => {
		stop();
		output.off('drain', onDrain);
		serial.resume();
	};
};

// The default entry would start the installer, after a restart too.
const chooseAtEachBoot = (vm: Vm, output: TerminalOutput) => {
	let isChoosing = false;
	const choose = async () => {
		if (isChoosing) return;
		isChoosing = true;
		try {
			await chooseManualEntry(vm);
		} catch (error) {
			// The person sees the menu and can choose; without a machine there is nobody to tell.
			if (!vm.alive.aborted) say(output, `The manual entry was not chosen for you: ${(error as Error).message}`);
		} finally {
			isChoosing = false;
		}
	};
	void choose();
	return vm.qmp.onEvent(({event}) => {
		if (event === 'RESET') void choose();
	});
};

const aborted = (signal: AbortSignal) =>
	new Promise<undefined>(resolve => {
		if (signal.aborted) resolve(undefined);
		signal.addEventListener('abort', () => resolve(undefined), {once: true});
	});

const endOfSession = (cancelled: AbortSignal): ConsoleEnd =>
	cancelled.aborted
		? {reason: 'cancelled', message: 'Cancelled; the VM was stopped.'}
		: {reason: 'detached', message: 'Detached; the VM was stopped.'};

const say = (output: TerminalOutput, text: string) => output.write(`\r\n[edge-builder] ${text}\r\n`);
