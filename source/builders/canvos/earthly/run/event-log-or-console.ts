import type {Reporter} from '../../../../pipeline/step.ts';
import {plainLine} from '../../../../text/ansi.ts';
import type {CommandFailure} from '../../failures/failure-rule.ts';
import {isAdvertisement, isArguments, type SaidOutcome, type TreeEvent} from '../build-output.ts';
import {createConsoleTree} from '../console/console-tree.ts';
import {createLogStream} from '../stream/read-log-stream.ts';

/** How long the event log may lag behind the console before it counts as stopped. */
const stalledMs = 5000;
const keptConsole = 400;

/**
 * Watches one Earthly run through its event log and its console text, and reports the tree and the lines once: from the
 * event log while it comes, from the console text where it doesn't.
 */
export function createOutputReader(report: Pick<Reporter, 'node' | 'log' | 'note'>, now: () => number) {
	const console: string[] = [];
	let mode: 'starting' | 'stream' | 'console' = 'starting';
	let earthlySpoke = false;
	let lastStreamAt = 0;
	let waiting: {at: number; events: TreeEvent[]}[] = [];
	let saidClipped = false;

	const show = (events: readonly TreeEvent[]) => {
		for (const event of events) {
			if (event.type === 'node') report.node(event.node);
			else {
				report.log(event.chunk);
				if (!saidClipped && event.chunk.text.includes('[output clipped, log limit')) {
					saidClipped = true;
					report.note(
						`BuildKit clipped the output of ${event.chunk.target ?? 'a step'}: what it printed too fast is in no log.`,
					);
				}
			}
		}
	};

	const stream = createLogStream(events => {
		waiting = [];
		if (mode === 'starting') mode = 'stream';
		show(mode === 'stream' ? events : events.filter(({type}) => type === 'node'));
	});
	const consoleTree = createConsoleTree();

	const switchToConsole = (why?: string) => {
		mode = 'console';
		if (why !== undefined) report.note(why);
		for (const {events} of waiting) show(events);
		waiting = [];
	};

	const keepWaiting = (events: TreeEvent[]) => {
		if (events.length === 0) return;
		waiting.push({at: now(), events});
		const oldest = waiting[0]?.at ?? 0;
		if (now() - Math.max(oldest, lastStreamAt) <= stalledMs) return;
		switchToConsole(
			mode === 'stream' ? 'Earthly’s event log stopped; the rest is shown from its console text.' : undefined,
		);
	};

	const acceptLine = (line: string) => {
		const text = plainLine(line);
		if (!isAdvertisement(text) && !isArguments(text)) console.push(text);
		if (console.length > keptConsole) console.shift();
		// Before Earthly itself says something it is Docker that speaks (pulling the image), and only on the console.
		earthlySpoke ||= /^(?:loading config values| Init )|^ *\S+ \| /.test(text);
		const events = consoleTree.accept(line, now());
		if (mode === 'console' || (mode === 'starting' && !earthlySpoke)) show(events);
		else keepWaiting(events);
	};

	return {
		/** Whole lines of console text, as the runner printed them. */
		console(text: string) {
			for (const line of text.split('\n')) acceptLine(line);
		},
		/** Bytes of the event log. */
		stream(bytes: Buffer) {
			// Any record is a sign of life, also the statistics that a step sends while it is silent.
			lastStreamAt = now();
			if (mode === 'stream') waiting = [];
			stream.push(bytes);
		},
		/** The event log was begun anew. */
		restart: stream.restart,
		/** Closes the tree; `how` is what the exit of the runner says. */
		finish(how: NonNullable<SaidOutcome>) {
			// Closing the tree is no sign of life of the event log.
			const unsaid = waiting.flatMap(({events}) => events);
			stream.finish(how);
			const broken = stream.broken();
			if (broken > 0)
				report.note(
					`Lines of Earthly’s event log that could not be read, and are only in its console text: ${broken}.`,
				);
			const consoleEnd = consoleTree.finish(how, now());
			if (mode === 'stream') {
				// An event log with an outcome has told everything; what the console says after it, it says twice.
				if (stream.outcome() === undefined) show(unsaid.filter(({type}) => type === 'log'));
				return;
			}
			show([...(mode === 'starting' ? unsaid : []), ...consoleEnd]);
		},
		/** The failed command, from whichever of the two named one. */
		failure: (): CommandFailure | undefined => stream.failure() ?? consoleTree.failure(),
		/** Last lines of the console, escape codes removed. */
		lastLines: (): readonly string[] => console,
	};
}
