import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import type {Cleanup} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';
import type {Accelerator} from './accelerator/accelerator.ts';
import {chooseAccelerator, type KernelSource} from './accelerator/choose-accelerator.ts';
import {stallUnderKvm} from './accelerator/fallback-to-emulation.ts';
import type {BootStage} from './boot/boot-stages.ts';
import {type StageTime, watchStages} from './boot/stage-durations.ts';
import {bootIso, type VmSettings} from './boot-iso.ts';
import {chooseManualEntry} from './grub-menu/choose-manual-entry.ts';
import {reachShell, type Shell} from './guest-shell/reach-shell.ts';
import {runInGuest} from './guest-shell/run-script.ts';
import {gatherText} from './serial/gathered-text.ts';
import type {Vm} from './vm/start-vm.ts';
import {vmError} from './vm/vm-errors.ts';

export type SmokeTest = {
	host: Host;
	/** Absolute path. */
	iso: string;
	settings: VmSettings & Pick<Settings, 'testTimeout'>;
	/** The ISO's own kernel, for the race between KVM and emulation. */
	kernel: KernelSource;
	/** Run folder: receives `serial.log` (of a stall under KVM, `serial-kvm.log`), and `screen.png` of a machine that failed. */
	folder: string;
	/** POSIX shell script, run as root in the live system. */
	script: string;
	signal: AbortSignal;
	cleanup: Cleanup;
	/**
	 * What a person would see on the console: raw terminal output, cut anywhere, without what is typed to ask the guest and
	 * what that prints. After a failure, the last screen.
	 */
	onSerial?(text: string): void;
	onStage?(stage: BootStage, sincePowerOnMs: number): void;
	/** The boot stalled under KVM and begins again under emulation. */
	onStall?(message: string): void;
	/** A remark for people. */
	note?(text: string): void;
};

export type SmokeTestResult = {
	/** What the script printed, exactly. */
	output: string;
	exitCode: number;
	accelerator: Accelerator;
	stages: StageTime[];
	/** Kernel command line of the live system. */
	commandLine: string;
	serialLog: string;
};

/**
 * Boots the ISO without disk and network, starts its "(manual)" entry, runs the script in the live system and switches the
 * machine off; a boot that stalls under KVM begins again under emulation. The serial log stays whatever happens.
 * @throws {FixableError} with a code of `VmErrorCode`; the log is named in it.
 */
export async function runSmokeTest(o: SmokeTest): Promise<SmokeTestResult> {
	const accelerator = await chooseAccelerator(o.host, o.settings, o);
	let stage: BootStage = 'power-on';
	try {
		return await bootAndTest(o, accelerator, reached => {
			stage = reached;
		});
	} catch (error) {
		const stall = o.signal.aborted ? undefined : stallUnderKvm(o.host, o.settings, {accelerator, stage, error});
		if (!stall) throw error;
		o.onStall?.(stall.message);
		const log = serialLogIn(o.folder);
		if (await o.host.files.exists(log)) await o.host.files.move(log, join(o.folder, 'serial-kvm.log'));
		return bootAndTest(o, stall.emulation, reached => void stall.cameTo(reached));
	}
}

const serialLogIn = (folder: string) => join(folder, 'serial.log');

async function bootAndTest(
	o: SmokeTest,
	accelerator: Accelerator,
	onStage: (stage: BootStage) => void,
): Promise<SmokeTestResult> {
	const {host, iso, settings, signal, cleanup} = o;
	const serialLog = serialLogIn(o.folder);
	const {vm, watched} = await bootIso(
		host,
		{
			name: 'smoke-test',
			iso,
			serialLog,
			settings,
			reboots: false,
			signal,
			cleanup,
			note: text => o.note?.(text),
		},
		accelerator,
	);
	const stages = watchStages(vm.serial, host.elapsed, (stage, sincePowerOnMs) => {
		onStage(stage);
		o.onStage?.(stage, sincePowerOnMs);
	});
	const printed = gatherText(text => o.onSerial?.(text));
	const stopHearing = vm.serial.onText(printed.add);
	const stopListening = () => {
		stopHearing();
		printed.flush();
	};
	try {
		const entry = await chooseManualEntry(watched);
		o.note?.(`Started the boot menu entry "${entry}".`);
		const shell = await reachShell(watched, {bootTook: stages.sincePowerOn, onTyping: stopListening});
		stages.reached('shell');
		const commandLine = await liveCommandLine(shell);
		const {output, exitCode} = await runInGuest(shell, o.script, {timeoutMs: settings.testTimeout * 1000});
		return {output, exitCode, accelerator, stages: stages.times(), commandLine, serialLog};
	} catch (error) {
		if (!signal.aborted) await showLastScreen(vm, o);
		throw error;
	} finally {
		stopListening();
		watched.stop();
		stages.stop();
		await vm.powerOff();
	}
}

const commandLineMs = 30_000;

async function liveCommandLine(shell: Shell) {
	const {output} = await runInGuest(shell, 'cat /proc/cmdline', {timeoutMs: commandLineMs});
	const installing = output
		.split(/\s+/)
		.find(word => /^(nodepair\.enable|install-mode|interactive-install)(=|$)/.test(word));
	if (installing === undefined) return output.trim();
	throw vmError(
		'wrong-entry',
		`The machine was booted with ${installing}, so it would install instead of being tested`,
		{log: shell.vm.serialLog},
	);
}

const clearScreen = '\x1b[2J\x1b[H';

async function showLastScreen(vm: Vm, {folder, note, onSerial}: SmokeTest) {
	const screen = await vm.serial.screen.lines();
	onSerial?.(`${clearScreen}${screen.join('\r\n').trimEnd()}`);
	const lines = screen.filter(line => line.trim() !== '');
	if (lines.length > 0) note?.(`Last lines on the serial console:\n${lines.join('\n')}`);
	const picture = vm.alive.aborted ? undefined : await vm.screenshot(join(folder, 'screen'));
	if (picture !== undefined) note?.(`Picture of the screen: ${picture}`);
}
