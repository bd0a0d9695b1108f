import type {Duplex} from 'node:stream';
import type {Host} from '../../host/host.ts';
import type {Cleanup} from '../../pipeline/step.ts';
import {type Accelerator, slowness} from '../accelerator/accelerator.ts';
import {createSerialLine, type SerialLine} from '../serial/serial-line.ts';
import {screenSizes} from '../serial/serial-screen.ts';
import {type PreparedVm, prepareVm, type VmWish} from './prepare-vm.ts';
import {dyingWithUs, qemuArguments, qemuProgram} from './qemu-command.ts';
import {openQmp, type Qmp} from './qmp.ts';
import {endOfGuest, endOfQemu, vmError} from './vm-errors.ts';

/** A running virtual machine. */
export type Vm = {
	serial: SerialLine;
	qmp: Qmp;
	serialLog: string;
	accelerator: Accelerator;
	/** Timeouts of anything the guest does are multiplied by this. */
	slowness: number;
	/** Aborts when the machine is gone or the run is cancelled; its reason is the error that says why. */
	alive: AbortSignal;
	/** Settles when QEMU is gone: with undefined when we stopped it, else with the error that says why it ended. */
	ended: Promise<Error | undefined>;
	/**
	 * Takes a picture of the screen: PNG, or PPM from a QEMU before 7.1 or without libpng. `path` has no ending; gives the
	 * file, or undefined where no picture can be had.
	 */
	screenshot(path: string): Promise<string | undefined>;
	/** Ends QEMU. Nothing is left running: a live system keeps nothing that an orderly shutdown would save. */
	powerOff(): Promise<void>;
};

const connectMs = 20_000;
const monitorMs = 30_000;

/**
 * Starts a machine and lets it run once its serial line is read.
 * @throws {FixableError} when QEMU does not start, with QEMU's own words.
 */
export async function startVm(
	host: Host,
	wish: VmWish,
	{signal, cleanup}: {signal: AbortSignal; cleanup: Cleanup},
): Promise<Vm> {
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
		const qmp = await orGone(host, openQmp(qmpSocket, {sleep: host.sleep, timeoutMs: monitorMs}), qemu.alive);
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
			accelerator,
			slowness: slowness(accelerator),
			alive: qemu.alive,
			ended: qemu.ended,
			screenshot: path => takePicture(qmp, path),
			async powerOff() {
				qemu.expectEnd();
				// A signal is for one that no longer answers.
				await qmp.execute('quit', undefined, {timeoutMs: 3000}).catch(() => undefined);
				await stop();
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

async function takePicture(qmp: Qmp, path: string): Promise<string | undefined> {
	for (const [ending, format] of [
		['png', {format: 'png'}],
		['ppm', {}],
	] as const) {
		const filename = `${path}.${ending}`;
		const isTaken = await qmp.execute('screendump', {filename, ...format}, {timeoutMs: 5000}).then(
			() => true,
			() => false,
		);
		if (isTaken) return filename;
	}
	return undefined;
}

async function startQemu(host: Host, {description}: PreparedVm, signal: AbortSignal) {
	const {serialLog, arch} = description;
	const words: string[] = [];
	const gone = new AbortController();
	let isExpected = false;
	let shutdownReason: unknown;
	const qemu = await host.start({
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
}

async function connections(host: Host, {serial, qmp, description}: PreparedVm, alive: AbortSignal) {
	const connected = new AbortController();
	const late = host.sleep(connectMs, connected.signal).then(
		() => {
			throw vmError('qemu-ended', `QEMU did not get ready within ${connectMs / 1000} s`, {log: description.serialLog});
		},
		() => new Promise<never>(() => undefined),
	);
	const both: Promise<[Duplex, Duplex]> = Promise.all([serial.connected, qmp.connected]);
	return orGone(host, Promise.race([both, late]), alive).finally(() => connected.abort());
}

/** The work's result, or the reason why the machine is gone, whichever comes first. */
async function orGone<T>(host: Host, work: Promise<T>, alive: AbortSignal): Promise<T> {
	const {promise: gone, reject} = Promise.withResolvers<never>();
	gone.catch(() => undefined);
	const onGone = () => reject(alive.reason);
	if (alive.aborted) onGone();
	alive.addEventListener('abort', onGone, {once: true});
	try {
		return await Promise.race([work, gone]);
	} catch (error) {
		// The sockets close a moment before the process is seen to end, and only the process tells why.
		await Promise.race([gone, host.sleep(1000)]);
		throw error;
	} finally {
		alive.removeEventListener('abort', onGone);
	}
}
