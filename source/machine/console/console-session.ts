import type {Host} from '../../host/host.ts';
import type {Accelerator} from '../accelerator/accelerator.ts';
import {type KvmStall, stallUnderKvm} from '../accelerator/fallback-to-emulation.ts';
import {bootIso, type IsoBoot} from '../boot-iso.ts';
import {chooseManualEntry} from '../grub-menu/choose-manual-entry.ts';
import type {Vm} from '../vm/start-vm.ts';
import type {TerminalOutput} from './lend-terminal.ts';

/** One machine on the person's terminal. */
export type ConsoleSession = {
	vm: Vm;
	stopWatching(): void;
	/** Settles when the boot stalls under KVM, and never otherwise. */
	stalled: Promise<KvmStall>;
	/** Settles when the machine is gone, with the error that says why, or when the session is left. */
	over: Promise<Error | undefined>;
	end(): Promise<void>;
};

/** Boots the ISO with this terminal as its screen, and chooses the manual entry at each boot. */
export async function startSession(
	host: Host,
	boot: IsoBoot,
	{accelerator, output}: {accelerator: Accelerator; output: TerminalOutput},
): Promise<ConsoleSession> {
	const {signal, settings, note} = boot;
	const {vm, watched} = await bootIso(host, boot, accelerator);
	const stopDrawing = draw(vm, output);
	const stopChoosing = chooseAtEachBoot(vm, watched, note);
	const {promise: stalled, resolve} = Promise.withResolvers<KvmStall>();
	watched.alive.addEventListener('abort', () => {
		if (signal.aborted) return;
		const {stage} = vm.serial.boot();
		const stall = stallUnderKvm(host, settings, {accelerator, stage, error: watched.alive.reason});
		if (stall) resolve(stall);
	});
	return {
		vm,
		stopWatching: watched.stop,
		stalled,
		over: Promise.race([vm.ended, aborted(signal)]),
		async end() {
			watched.stop();
			stopDrawing();
			stopChoosing();
			await vm.powerOff();
		},
	};
}

function draw({serial}: Vm, output: TerminalOutput) {
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
}

// The default entry would start the installer, after a restart too.
function chooseAtEachBoot(vm: Vm, watched: Vm, note: (text: string) => void) {
	let isChoosing = false;
	const choose = async (machine: Vm) => {
		if (isChoosing) return;
		isChoosing = true;
		try {
			await chooseManualEntry(machine);
		} catch (error) {
			// The person sees the menu and can choose; without a machine there is nobody to tell.
			if (!vm.alive.aborted) note(`The manual entry was not chosen for you: ${(error as Error).message}`);
		} finally {
			isChoosing = false;
		}
	};
	void choose(watched);
	return vm.qmp.onEvent(({event}) => {
		if (event === 'RESET') void choose(vm);
	});
}

const aborted = (signal: AbortSignal) =>
	new Promise<undefined>(resolve => {
		if (signal.aborted) resolve(undefined);
		signal.addEventListener('abort', () => resolve(undefined), {once: true});
	});
