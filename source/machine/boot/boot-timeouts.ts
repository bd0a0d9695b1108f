import type {Host} from '../../host/host.ts';
import type {Vm} from '../vm/start-vm.ts';
import {faultError, inSeconds, vmError} from '../vm/vm-errors.ts';
import {bootStages, stageTitles} from './boot-stages.ts';

export type BootLimits = {
	/** From power-on to the login, as with KVM. */
	bootTimeoutMs: number;
	/** For how long the serial line may be silent on the way there. */
	silenceMs: number;
};

/** A machine whose `alive` also aborts when its boot takes too long or stands still, and, to its end, when it shows a fault. */
export type WatchedVm = Vm & {stop(): void};

/** Watches a machine from now, which is power-on. */
export function watchBoot(vm: Vm, {sleep}: Pick<Host, 'sleep'>, {bootTimeoutMs, silenceMs}: BootLimits): WatchedVm {
	const {serial, serialLog: log} = vm;
	const failed = new AbortController();
	const loggedIn = new AbortController();
	const limitMs = bootTimeoutMs * vm.slowness;
	let heard = 0;
	const onText = () => {
		heard++;
		const {stage, fault} = serial.boot();
		if (fault) failed.abort(faultError(fault, log));
		if (isAtLogin(stage)) loggedIn.abort();
	};
	const stopListening = serial.onText(onText);
	onText();
	const over = AbortSignal.any([loggedIn.signal, failed.signal, vm.alive]);
	const late = async () => {
		await sleep(limitMs, over);
		const {stage} = serial.boot();
		const limit = inSeconds(limitMs);
		failed.abort(
			isBefore(stage, 'menu')
				? vmError('menu-missing', `No boot menu appeared within ${limit}; last seen: ${stageTitles[stage]}`, {log})
				: vmError('boot-timeout', `No login after ${limit}; last seen: ${stageTitles[stage]}`, {log}),
		);
	};
	const silent = async () => {
		for (let silences = 0; silences < 4; ) {
			const before = heard;
			await sleep(silenceMs / 4, over);
			silences = heard === before ? silences + 1 : 0;
		}
		const {stage} = serial.boot();
		failed.abort(
			vmError(
				'boot-stalled',
				`The boot stands still: nothing for ${inSeconds(silenceMs)} after "${stageTitles[stage]}"`,
				{log},
			),
		);
	};
	for (const waiting of [late(), silent()]) waiting.catch(() => undefined);
	return {
		...vm,
		alive: AbortSignal.any([vm.alive, failed.signal]),
		stop() {
			stopListening();
			loggedIn.abort();
		},
	};
}

/**
 * For how long a boot may be silent. Under KVM that may be swapped for emulation, a part of the time is enough to see that
 * it stalls; else nothing is gained by an early verdict.
 */
export function silenceLimit(bootTimeoutMs: number, {mayFallBack}: {mayFallBack: boolean}) {
	return mayFallBack ? Math.max(leastSilenceMs, bootTimeoutMs / 5) : bootTimeoutMs;
}

const leastSilenceMs = 10_000;

const isBefore = (one: keyof typeof stageTitles, other: keyof typeof stageTitles) =>
	bootStages.indexOf(one) < bootStages.indexOf(other);
const isAtLogin = (stage: keyof typeof stageTitles) => !isBefore(stage, 'login');
