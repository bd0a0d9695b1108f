import {setTimeout as delay, setImmediate} from 'node:timers/promises';
import {exitCodes} from '../exit-codes.ts';
import {hasJobControl, isInForeground} from '../host/terminal-job.ts';
import {suspendJob} from '../host/terminal-process.ts';
import {closingSummary} from '../reporters/closing-summary.ts';
import {plainSink} from '../reporters/plain-lines.ts';
import type {Output} from '../reporters/safe-output.ts';
import type {LinesEnd, RunHandle, ToldInLines} from './actions-on-runs.ts';
import type {Invocation, Keyboard} from './invocation.ts';

const foregroundMs = 50;

/**
 * A run in plain lines in place of its dashboard, from where it is now, until a key leads back, the run has ended, or the
 * signal aborts. The screens have lent the terminal.
 */
export async function tellInLines(
	{stdin, quiet}: Pick<Invocation, 'stdin' | 'quiet'>,
	output: Output,
	{store, own, followed}: ToldInLines,
	signal: AbortSignal,
): Promise<LinesEnd> {
	const ended = Promise.withResolvers<LinesEnd>();
	const say = (text: string) => output.write(`${text}\n`);
	let stops = 0;
	const keys: Record<string, () => void> = {
		d: () => ended.resolve('back'),
		'\r': () => ended.resolve('back'),
		'\n': () => ended.resolve('back'),
		'\u0003': () => {
			if (!own) return ended.resolve('leave');
			stops++;
			if (stops === 1) say('Stopping and cleaning up (Ctrl-C again ends everything at once)…');
			// Somebody who presses it a third time wants the prompt back; the next start cleans up.
			if (stops > 2) process.exit(exitCodes.cancelled);
			own.cancel();
		},
	};
	const onAbort = () => ended.resolve('back');
	signal.addEventListener('abort', onAbort, {once: true});
	const tellWays = () => {
		for (const text of waysOn(own === undefined)) say(text);
	};
	// Before anything is said, so that no key is echoed.
	const letGo = readKeys(stdin, {onKey: key => keys[key]?.(), onBack: tellWays});
	say('');
	const {state, stop} = store.listen(event => sink.accept(event));
	const sink = plainSink(output, {quiet, reader: 'terminal', from: state});
	tellWays();
	const look = () => {
		if (followed?.isGoingOn?.() === false) ended.resolve('ended');
	};
	const leave = store.subscribe(look);
	void own?.finished.then(
		() => ended.resolve('ended'),
		() => ended.resolve('ended'),
	);
	try {
		const end = await ended.promise;
		// The screens can't come back while the terminal is the shell's.
		if (!isInForeground()) await endInBackground(output, {own, signal});
		return end;
	} finally {
		await letGo();
		stop();
		leave();
		signal.removeEventListener('abort', onAbort);
		await output.drain();
	}
}

/** After `bg`: a run of our own tells its outcome at once; the rest waits for `fg`. */
async function endInBackground(output: Output, {own, signal}: {own?: RunHandle; signal: AbortSignal}): Promise<void> {
	await own?.finished;
	const [outcome] = own ? closingSummary(own.store.getSnapshot().state).split('\n') : [];
	if (outcome !== undefined) output.write(`${outcome}\n→ \`fg\` tells the rest and ends the program.\n`);
	await output.drain();
	while (!isInForeground()) {
		// All is cleaned up. Node sets the terminal on its way out, and whoever does that in the background is stopped.
		if (signal.aborted) process.kill(process.pid, 'SIGKILL');
		await delay(foregroundMs);
	}
}

/** What can be done here; of Ctrl-Z only where there is a shell to go back to. */
const waysOn = (isOthers: boolean) => [
	`→ ${isOthers ? 'This is a run of another terminal. ' : ''}d or Enter opens the dashboard again; Ctrl-C ${
		isOthers ? 'asks whether to leave or stop it' : 'stops the build'
	}.`,
	...(hasJobControl() ? ['→ Ctrl-Z gives the shell back; there `bg` lets it go on, and `fg` comes back here.'] : []),
];

/**
 * Reads single keys. Ctrl-Z stops our job as everywhere; after `bg` we neither read nor change the terminal, which is the
 * shell's, until `fg`.
 * @returns stops reading and gives the terminal back as it was.
 */
function readKeys(stdin: Keyboard, {onKey, onBack}: {onKey(key: string): void; onBack(): void}): () => Promise<void> {
	let isReading = false;
	let isOver = false;
	const onReadable = () => {
		for (let piece = stdin.read(); piece !== null; piece = stdin.read()) {
			for (const key of String(piece)) {
				if (key === '\u001A') void suspend();
				else onKey(key);
			}
		}
	};
	const begin = async () => {
		while (!isOver && !isInForeground()) await delay(foregroundMs);
		if (isReading || isOver) return;
		isReading = true;
		stdin.setRawMode?.(true);
		stdin.on('readable', onReadable);
	};
	// A stream stops only where nobody has been listening for a turn.
	const end = async () => {
		if (!isReading) return;
		isReading = false;
		stdin.off('readable', onReadable);
		stdin.setRawMode?.(false);
		await setImmediate();
		stdin.pause();
		await setImmediate();
	};
	const suspend = async () => {
		await end();
		await suspendJob();
		await begin();
		if (!isOver) onBack();
	};
	void begin();
	return async () => {
		isOver = true;
		await end();
	};
}
