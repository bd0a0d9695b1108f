import type {Duplex} from 'node:stream';
import type {Host} from '../../host/host.ts';

export type QmpEvent = {event: string; data?: Readonly<Record<string, unknown>>};

/** A connection to QEMU's monitor (docs/interop/qmp-spec). */
export type Qmp = {
	/** Runs one command. @throws {QmpError} when QEMU refuses it, is gone, or does not answer in time. */
	execute(command: string, args?: Readonly<Record<string, unknown>>, options?: {timeoutMs?: number}): Promise<unknown>;
	/** Returns the function that ends the subscription. */
	onEvent(listener: (event: QmpEvent) => void): () => void;
	close(): void;
};

/** QEMU refused a command (its own words), or the connection was of no use. */
export class QmpError extends Error {
	override readonly name = 'QmpError';
}

const longestLine = 16 * 1024 * 1024;

/** Takes the greeting, agrees on capabilities, and is ready for commands. */
export async function openQmp(
	stream: Duplex,
	{sleep, timeoutMs}: {sleep: Host['sleep']; timeoutMs: number},
): Promise<Qmp> {
	const waiting = new Map<number, {settle: PromiseWithResolvers<unknown>; command: string}>();
	const listeners = new Set<(event: QmpEvent) => void>();
	const greeting = Promise.withResolvers<unknown>();
	let gone: QmpError | undefined;
	let count = 0;

	const fail = (reason: string) => {
		gone ??= new QmpError(reason);
		greeting.reject(gone);
		for (const [id, {settle}] of waiting) {
			waiting.delete(id);
			settle.reject(gone);
		}
	};
	const take = (message: Message) => {
		if ('QMP' in message) greeting.resolve(message);
		else if (message.event !== undefined) {
			for (const listener of [...listeners]) listener({event: message.event, data: message.data});
		} else {
			const asked = waiting.get(message.id ?? -1);
			waiting.delete(message.id ?? -1);
			if (message.error) asked?.settle.reject(new QmpError(`${asked.command}: ${message.error.desc}`));
			else asked?.settle.resolve(message.return);
		}
	};

	let rest = '';
	stream.setEncoding('utf8');
	stream.on('data', (text: string) => {
		const lines = (rest + text).split('\n');
		rest = lines.pop() ?? '';
		if (rest.length > longestLine) return fail('QEMU sent a message without end');
		for (const line of lines) {
			const message = parsed(line);
			if (message) take(message);
			else if (line.trim() !== '') return fail(`QEMU sent something that is not QMP: ${line.slice(0, 200)}`);
		}
	});
	// A reset is how a killed QEMU hangs up.
	stream.on('error', () => fail('QEMU closed the connection'));
	stream.on('close', () => fail('QEMU closed the connection'));

	const inTime = async <T>(work: Promise<T>, what: string, milliseconds: number): Promise<T> => {
		const answered = new AbortController();
		const late = sleep(milliseconds, answered.signal).then(
			() => {
				throw new QmpError(`QEMU did not answer ${what} within ${Math.round(milliseconds / 1000)} s`);
			},
			() => new Promise<never>(() => undefined),
		);
		return Promise.race([work, late]).finally(() => answered.abort());
	};

	const qmp: Qmp = {
		async execute(command, args, {timeoutMs: commandMs = timeoutMs} = {}) {
			if (gone) throw gone;
			const id = ++count;
			const settle = Promise.withResolvers<unknown>();
			waiting.set(id, {settle, command});
			stream.write(`${JSON.stringify({execute: command, arguments: args, id})}\n`);
			return inTime(settle.promise, command, commandMs).finally(() => waiting.delete(id));
		},
		onEvent(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		close() {
			fail('The connection to QEMU was closed');
			stream.destroy();
		},
	};
	greeting.promise.catch(() => undefined);
	await inTime(greeting.promise, 'with a greeting', timeoutMs);
	await qmp.execute('qmp_capabilities');
	return qmp;
}

type Message = {
	QMP?: unknown;
	event?: string;
	data?: Readonly<Record<string, unknown>>;
	id?: number;
	return?: unknown;
	error?: {desc: string};
};

function parsed(line: string): Message | undefined {
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === 'object' && value !== null ? (value as Message) : undefined;
	} catch {
		return undefined;
	}
}
