import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import type {Cleanup} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';
import {type Accelerator, describeAccelerator, probeAccelerator} from './accelerator.ts';
import type {BootStage} from './boot-stages.ts';
import {reachShell, runInGuest} from './guest-shell.ts';
import {chooseManualEntry} from './manual-entry.ts';
import {type StageTime, watchStages} from './stage-times.ts';
import {startVm, type Vm} from './vm.ts';
import {vmError} from './vm-error.ts';
import {vmSize} from './vm-size.ts';

export type SmokeTest = {
	host: Host;
	/** Absolute path. */
	iso: string;
	settings: Pick<Settings, 'arch' | 'cpu' | 'memory' | 'cores' | 'bootTimeout' | 'testTimeout'>;
	/** Run folder: receives `serial.log`, and `screen.ppm` of a machine that failed. */
	folder: string;
	/** POSIX shell script, run as root in the live system. */
	script: string;
	signal: AbortSignal;
	cleanup: Cleanup;
	/** @default false: an image with an edge host token must not register a throw-away machine. */
	network?: boolean;
	/** @default BIOS on amd64; arm64 knows only UEFI. */
	firmware?: 'bios' | 'uefi';
	/** Raw terminal output, cut anywhere. */
	onSerial?(text: string): void;
	onStage?(stage: BootStage, sincePowerOnMs: number): void;
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
 * machine off. The serial log stays whatever happens.
 * @throws {FixableError} with a code of `VmErrorCode`; the log is named in it.
 */
export const runSmokeTest = async (o: SmokeTest): Promise<SmokeTestResult> => {
	const {arch} = o.settings;
	const accelerator = await probeAccelerator(o.host, {arch, cpu: o.settings.cpu}, o.signal);
	const {notes, ...size} = vmSize(o.settings, o.host.machine, {emulated: accelerator.kind === 'tcg'});
	for (const text of [`The VM runs with ${describeAccelerator(accelerator)}.`, ...notes]) o.note?.(text);
	if (accelerator.kind === 'tcg' && accelerator.hint) o.note?.(accelerator.hint);

	await o.host.files.makeFolder(o.folder);
	const serialLog = join(o.folder, 'serial.log');
	const vm = await startVm(
		o.host,
		{
			name: 'smoke-test',
			arch,
			accelerator,
			...size,
			firmware: o.firmware ?? (arch === 'arm64' ? 'uefi' : 'bios'),
			iso: o.iso,
			network: o.network ?? false,
			reboots: false,
			serialLog,
		},
		o,
	);
	const stages = watchStages(vm.serial, o.host.now, o.onStage);
	const stopListening = o.onSerial ? vm.serial.onText(o.onSerial) : () => undefined;
	try {
		const entry = await chooseManualEntry(vm);
		o.note?.(`Started the boot menu entry "${entry}".`);
		await reachShell(vm, {bootTimeoutMs: o.settings.bootTimeout * 1000});
		stages.reached('shell');
		const commandLine = await liveCommandLine(vm);
		const {output, exitCode} = await runInGuest(vm, o.script, {timeoutMs: o.settings.testTimeout * 1000});
		return {output, exitCode, accelerator, stages: stages.times(), commandLine, serialLog};
	} catch (error) {
		if (!o.signal.aborted) await showLastScreen(vm, o);
		throw error;
	} finally {
		stopListening();
		stages.stop();
		// A live system keeps nothing that an orderly shutdown would save.
		await vm.powerOff();
	}
};

const commandLineMs = 30_000;

const liveCommandLine = async (vm: Vm) => {
	const {output} = await runInGuest(vm, 'cat /proc/cmdline', {timeoutMs: commandLineMs});
	const installing = output
		.split(/\s+/)
		.find(word => /^(nodepair\.enable|install-mode|interactive-install)(=|$)/.test(word));
	if (installing === undefined) return output.trim();
	throw vmError(
		'wrong-entry',
		`The machine was booted with ${installing}, so it would install instead of being tested`,
		{
			log: vm.serialLog,
		},
	);
};

const showLastScreen = async (vm: Vm, {folder, note}: SmokeTest) => {
	const lines = (await vm.serial.screen.lines()).filter(line => line.trim() !== '');
	if (lines.length > 0) note?.(`Last lines on the serial console:\n${lines.join('\n')}`);
	const picture = join(folder, 'screen.ppm');
	if (!vm.alive.aborted && (await vm.screenshot(picture))) note?.(`Picture of the screen: ${picture}`);
};
