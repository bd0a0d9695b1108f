import {join} from 'node:path';
import type {Duplex} from 'node:stream';
import {FixableError, ToolError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {Cleanup} from '../pipeline/step.ts';
import {slowness} from './accelerator.ts';
import {qemuArguments, qemuProgram, type VmDescription, type VmFirmware} from './arguments.ts';
import {openQmp, type Qmp} from './qmp.ts';
import {screenSizes} from './screen.ts';
import {createSerialLine, type SerialLine} from './serial.ts';
import {listenOnce} from './sockets.ts';
import {findUefi} from './uefi-firmware.ts';
import {vmError} from './vm-error.ts';
import {createVmFolder, type VmFolder} from './vm-folder.ts';

/** What to start; sockets and the copy of the UEFI variables are this module's business. */
export type VmWish = Omit<VmDescription, 'serialSocket' | 'qmpSocket' | 'firmware'> & {firmware: 'bios' | 'uefi'};

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
	const folder = await createVmFolder(host);
	const removeFolder = cleanup.add(`folder of the VM ${wish.name}`, folder.remove);
	try {
		const firmware = await firmwareOf(host, wish, folder);
		const {description, listeners} = await listen({...wish, firmware}, folder);
		const closeSockets = cleanup.add(`sockets of the VM ${wish.name}`, async () => {
			for (const one of listeners) one.close();
		});
		try {
			return await boot(host, description, {
				signal,
				cleanup,
				listeners,
				async removeTraces() {
					await closeSockets();
					await removeFolder();
				},
			});
		} catch (error) {
			await closeSockets();
			throw error;
		}
	} catch (error) {
		await removeFolder();
		throw error;
	}
};

const firmwareOf = async (host: Host, {arch, firmware}: VmWish, folder: VmFolder): Promise<VmFirmware> => {
	if (firmware === 'bios') return {kind: 'bios'};
	const uefi = await findUefi(host, arch);
	if (!uefi) {
		const name = arch === 'arm64' ? 'qemu-efi-aarch64' : 'ovmf';
		throw new FixableError('uefi-firmware-missing', 'There is no UEFI firmware for the VM', {
			hint: `Install ${name}, or run \`edge-builder doctor --fix\`.`,
			exit: 'host',
		});
	}
	const variables = {path: join(folder.path, 'variables'), format: uefi.template.format};
	await host.run({program: 'cp', args: ['--sparse=always', '--', uefi.template.path, variables.path]});
	await host.files.setMode(variables.path, 0o600); // The template may be read-only.
	return {kind: 'uefi', code: uefi.code, variables};
};

const listen = async (vm: Omit<VmDescription, 'serialSocket' | 'qmpSocket'>, {serialSocket, qmpSocket}: VmFolder) => {
	const listeners = [await listenOnce(serialSocket), await listenOnce(qmpSocket)] as const;
	return {description: {...vm, serialSocket, qmpSocket}, listeners};
};

type Surroundings = {
	signal: AbortSignal;
	cleanup: Cleanup;
	listeners: Awaited<ReturnType<typeof listen>>['listeners'];
	removeTraces(): Promise<void>;
};

const boot = async (
	host: Host,
	description: VmDescription,
	{signal, cleanup, listeners, removeTraces}: Surroundings,
): Promise<Vm> => {
	const {serialLog} = description;
	const words: string[] = [];
	const qemu = host.start({
		...(await dyingWithUs(host, qemuProgram(description.arch), qemuArguments(description))),
		what: 'Booting the VM',
		log: serialLog,
		signal,
		onLines: text => void words.push(...text.split('\n')),
	});
	const gone = new AbortController();
	const alive = AbortSignal.any([signal, gone.signal]);
	let stopping = false;
	let shutdownReason: unknown;
	const ended = qemu.ended
		.then(
			() => endOfGuest(shutdownReason, serialLog),
			(error: unknown) => endOfQemu(error, words, serialLog),
		)
		.then(error => {
			gone.abort(error);
			return stopping ? undefined : error;
		});
	const stop = cleanup.add(`VM ${description.name}`, async () => {
		stopping = true;
		await qemu.stop();
		await removeTraces();
	});
	try {
		const [serialSocket, qmpSocket] = await connections(host, listeners, alive, serialLog);
		const serial = createSerialLine(serialSocket, {
			sleep: host.sleep,
			size: screenSizes[description.firmware.kind],
		});
		const qmp = await orGone(host, openQmp(qmpSocket, host), alive);
		qmp.onEvent(({event, data}) => {
			if (event === 'SHUTDOWN') shutdownReason = data?.reason;
		});
		await orGone(host, qmp.execute('cont'), alive);
		return {
			serial,
			qmp,
			serialLog,
			slowness: slowness(description.accelerator),
			alive,
			ended,
			screenshot: file =>
				qmp.execute('screendump', {filename: file}, {timeoutMs: 5000}).then(
					() => true,
					() => false,
				),
			async powerOff({graceMs = 0} = {}) {
				stopping = true;
				if (graceMs > 0 && !gone.signal.aborted) {
					await qmp.execute('system_powerdown').catch(() => undefined);
					await Promise.race([ended, host.sleep(graceMs)]);
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

// When we are killed outright nobody could stop QEMU; util-linux lets the kernel do it.
const dyingWithUs = async (host: Host, program: string, args: string[]) => {
	const setpriv = (await host.which(program)) === undefined ? undefined : await host.which('setpriv');
	return setpriv === undefined
		? {program, args}
		: {program: setpriv, args: ['--pdeathsig', 'KILL', '--', program, ...args]};
};

const connections = async (host: Host, listeners: Surroundings['listeners'], alive: AbortSignal, log: string) => {
	const connected = new AbortController();
	const late = host.sleep(connectMs, connected.signal).then(
		() => {
			throw vmError('qemu-ended', `QEMU did not get ready within ${connectMs / 1000} s`, {log});
		},
		() => new Promise<never>(() => undefined),
	);
	const both: Promise<[Duplex, Duplex]> = Promise.all([listeners[0].connected, listeners[1].connected]);
	return orGone(host, Promise.race([both, late]), alive).finally(() => connected.abort());
};

/** The work's result, or the reason why the machine is gone, whichever comes first. */
const orGone = async <T>(host: Host, work: Promise<T>, alive: AbortSignal): Promise<T> => {
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
};

const endOfGuest = (reason: unknown, log: string) => {
	const how =
		reason === 'guest-reset'
			? 'restarted itself'
			: reason === 'guest-panic'
				? 'reported a panic'
				: reason === 'guest-shutdown'
					? 'switched itself off'
					: 'was switched off';
	return vmError('guest-switched-off', `The VM ${how}`, {log});
};

const endOfQemu = (error: unknown, words: readonly string[], log: string): Error => {
	if (!(error instanceof ToolError)) return error instanceof Error ? error : new Error(String(error));
	const said = words.filter(line => line.trim() !== '').slice(-3);
	const how = error.killedBy ? `was ended by ${error.killedBy}` : `ended with exit code ${error.exitCode}`;
	return vmError('qemu-ended', [`QEMU ${how}`, ...said].join(': '), {log});
};
