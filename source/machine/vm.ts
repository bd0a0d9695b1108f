import type {Duplex} from 'node:stream';
import type {Host} from '../host/host.ts';
import type {Cleanup} from '../pipeline/step.ts';
import {slowness} from './accelerator.ts';
import {qemuArguments, qemuProgram} from './arguments.ts';
import {type PreparedVm, prepareVm, type VmWish} from './prepare-vm.ts';
import {openQmp, type Qmp} from './qmp.ts';
import {screenSizes} from './screen.ts';
import {createSerialLine, type SerialLine} from './serial.ts';
import {endOfGuest, endOfQemu, orGone} from './vm-end.ts';
import {vmError} from './vm-error.ts';

/** A running virtual machine. */
export type Vm = {
	serial: SerialLine;
	qmp: Qmp;
	serialLog: string;
	/** Timeouts of anything the guest does are multiplied by this. */
	slowness: number;
	/** Aborts when the machine is gone or the run is cancelled; its reason is the error that says why. */
	alive: AbortSignal;
	/** Settles when QEMU is gone: with undefined when we stopped it, else with the error that says why it ended. */
	ended: Promise<Error | undefined>;
	/** Takes a picture (PPM) of the screen; false where that does not work. */
	screenshot(file: string): Promise<boolean>;
	/** Asks the guest to shut down, when a grace is given, then ends QEMU. Nothing is left running. */
	powerOff(options?: {graceMs?: number}): Promise<void>;
};

const connectMs = 20_000;

/**
 * Starts a machine and lets it run once its serial line is read.
 * @throws {FixableError} when QEMU does not start, with QEMU's own words.
 */
export const startVm = async (
	host: Host,
	wish: VmWish,
	{signal, cleanup}: {signal: AbortSignal; cleanup: Cleanup},
): Promise<Vm> => {
	const prepared = await prepareVm(host, wish, cleanup);
	const qemu = await startQemu(host, prepared, signal);
	const {serialLog, firmware, accelerator} = prepared.description;
	const stop = cleanup.add(`VM ${wish.name}`, async () => {
		await qemu.stop();
		await prepared.removeTraces();
	});
	try {
		const [serialSocket, qmpSocket] = await connections(host, prepared, qemu.alive);
		const serial = createSerialLine(serialSocket, {sleep: host.sleep, size: screenSizes[firmware.kind]});
		const qmp = await orGone(host, openQmp(qmpSocket, host), qemu.alive);
		qmp.onEvent(({event, data}) => {
			if (event === 'SHUTDOWN') qemu.shutDown(data?.reason);
			if (event === 'RESET') serial.restarted();
		});
		// It was started paused, so that not a byte of its console is lost.
		await orGone(host, qmp.execute('cont'), qemu.alive);
		return {
			serial,
			qmp,
			serialLog,
			slowness: slowness(accelerator),
			alive: qemu.alive,
			ended: qemu.ended,
			screenshot: file =>
				qmp.execute('screendump', {filename: file}, {timeoutMs: 5000}).then(
					() => true,
					() => false,
				),
			async powerOff({graceMs = 0} = {}) {
				qemu.expectEnd();
				if (graceMs > 0 && !qemu.alive.aborted) {
					await qmp.execute('system_powerdown').catch(() => undefined);
					await Promise.race([qemu.ended, host.sleep(graceMs)]);
				}
				// QEMU flushes its disk on quit; a signal is for one that no longer answers.
				await qmp.execute('quit', undefined, {timeoutMs: 3000}).catch(() => undefined);
				await stop();
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
};

const startQemu = async (host: Host, {description}: PreparedVm, signal: AbortSignal) => {
	const {serialLog, arch} = description;
	const words: string[] = [];
	const gone = new AbortController();
	let isExpected = false;
	let shutdownReason: unknown;
	const qemu = host.start({
		...(await dyingWithUs(host, qemuProgram(arch), qemuArguments(description))),
		what: 'Booting the VM',
		log: serialLog,
		signal,
		onLines: text => void words.push(...text.split('\n')),
	});
	const ended = qemu.ended
		.then(
			() => endOfGuest(shutdownReason, serialLog),
			(error: unknown) => endOfQemu(error, words, serialLog),
		)
		.then(error => {
			gone.abort(error);
			return isExpected ? undefined : error;
		});
	return {
		ended,
		alive: AbortSignal.any([signal, gone.signal]),
		shutDown(reason: unknown) {
			shutdownReason = reason;
		},
		expectEnd() {
			isExpected = true;
		},
		stop() {
			isExpected = true;
			return qemu.stop();
		},
	};
};

// When we are killed outright nobody could stop QEMU; util-linux lets the kernel do it.
const dyingWithUs = async (host: Host, program: string, args: string[]) => {
	const setpriv = (await host.which(program)) && (await host.which('setpriv'));
	return setpriv ? {program: setpriv, args: ['--pdeathsig', 'KILL', '--', program, ...args]} : {program, args};
};

const connections = async (host: Host, {serial, qmp, description}: PreparedVm, alive: AbortSignal) => {
	const connected = new AbortController();
	const late = host.sleep(connectMs, connected.signal).then(
		() => {
			throw vmError('qemu-ended', `QEMU did not get ready within ${connectMs / 1000} s`, {log: description.serialLog});
		},
		() => new Promise<never>(() => undefined),
	);
	const both: Promise<[Duplex, Duplex]> = Promise.all([serial.connected, qmp.connected]);
	return orGone(host, Promise.race([both, late]), alive).finally(() => connected.abort());
};
