import type {Duplex} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import type {Host} from '../../host/host.ts';
import {type BootState, initialBoot, reduceBoot} from '../boot/boot-stages.ts';
import {type CondenseState, condense} from './condensed-text.ts';
import {createScreen, type Screen, type ScreenSize} from './serial-screen.ts';

/** What to wait for on the serial line. */
export type SerialWait<T> = {
	/**
	 * Looks at the condensed text since `from`, at each arrival; undefined waits on, a throw ends the wait. Text is condensed:
	 * no escape sequences, no whitespace.
	 */
	read(textSince: string): T | undefined | Promise<T | undefined>;
	/** A `position()`. @default everything since power-on */
	from?: number;
	signal: AbortSignal;
	/** How long, and the error when that is over. @default until the signal aborts */
	limit?: {ms: number; late(): Error};
};

/** The guest's first serial port. It is always read, since a guest whose console nobody reads stands still. */
export type SerialLine = {
	write(text: string): void;
	/** Raw terminal output as it arrives, cut anywhere but inside a character. Returns the function that ends it. */
	onText(listener: (text: string) => void): () => void;
	waitFor<T>(wait: SerialWait<T>): Promise<T>;
	/** Where the condensed text ends now; what is printed later comes behind it. */
	position(): number;
	screen: Screen;
	boot(): BootState;
	/** The guest was reset: its boot begins anew. */
	restarted(): void;
	/** Holds the guest's output back while the reader's terminal cannot take more. */
	pause(): void;
	resume(): void;
};

// Far more than a boot prints; beyond it the oldest text is dropped.
const keptCharacters = 8 * 1024 * 1024;

/** Reads a serial line from now on. */
export function createSerialLine(stream: Duplex, {sleep, size}: {sleep: Host['sleep']; size: ScreenSize}): SerialLine {
	const decoder = new StringDecoder('utf8');
	const screen = createScreen(size);
	const listeners = new Set<(text: string) => void>();
	let boot = initialBoot;
	let escapes: CondenseState = 'text';
	let condensed = '';
	let dropped = 0;

	stream.on('data', (bytes: Buffer) => {
		const text = decoder.write(bytes);
		if (text === '') return;
		boot = reduceBoot(boot, text);
		screen.write(text);
		const [state, more] = condense(escapes, text);
		escapes = state;
		condensed += more;
		if (condensed.length > keptCharacters) {
			dropped += condensed.length - keptCharacters / 2;
			condensed = condensed.slice(-keptCharacters / 2);
		}
		for (const listener of [...listeners]) listener(text);
	});
	stream.on('error', () => undefined);

	const onText = (listener: (text: string) => void) => {
		listeners.add(listener);
		return () => void listeners.delete(listener);
	};

	return {
		write: text => void stream.write(text),
		onText,
		async waitFor<T>({read, from = 0, signal, limit}: SerialWait<T>): Promise<T> {
			signal.throwIfAborted();
			const {promise, resolve, reject} = Promise.withResolvers<T>();
			const look = async () => {
				const found = await read(condensed.slice(Math.max(0, from - dropped)));
				if (found !== undefined) resolve(found);
			};
			const onLook = () => void look().catch(reject);
			const onAbort = () => reject(signal.reason);
			const over = new AbortController();
			const stopListening = onText(onLook);
			signal.addEventListener('abort', onAbort, {once: true});
			if (limit) {
				sleep(limit.ms, over.signal).then(
					() => reject(limit.late()),
					() => undefined,
				);
			}
			onLook();
			try {
				return await promise;
			} finally {
				over.abort();
				stopListening();
				signal.removeEventListener('abort', onAbort);
			}
		},
		position: () => dropped + condensed.length,
		screen,
		boot: () => boot,
		restarted() {
			boot = {...initialBoot, boots: boot.boots + 1};
		},
		pause: () => void stream.pause(),
		resume: () => void stream.resume(),
	};
}
