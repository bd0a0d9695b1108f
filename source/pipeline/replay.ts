import {FixableError} from '../errors.ts';
import type {PipelineEvent, Sink} from './events.ts';
import {isEvent} from './recorded-event.ts';

/**
 * The events of an `events.ndjson`. A last line that was cut off by a kill is left out, as is each that is JSON but no event.
 * @param onSkipped Told the number of each line that is no event.
 * @throws {FixableError} `damaged-record` when another line is no JSON.
 */
export function parseEvents(ndjson: string, onSkipped?: (line: number) => void): PipelineEvent[] {
	const lines = ndjson.split('\n').filter(line => line.trim() !== '');
	return lines.flatMap((text, index) => {
		const event = parsed(text, {line: index + 1, isLast: index === lines.length - 1});
		if (event === undefined) return [];
		if (isEvent(event)) return [event];
		onSkipped?.(index + 1);
		return [];
	});
}

function parsed(text: string, {line, isLast}: {line: number; isLast: boolean}): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		if (isLast) return undefined;
		throw new FixableError('damaged-record', `Line ${line} of the event log is not JSON`, {
			hint: 'The record was damaged; the logs beside it in the run folder may still be whole.',
			exit: 'usage',
			cause: error,
		});
	}
}

/**
 * Hands recorded events to sinks again.
 * @param pace 0 as fast as possible; 1 as it was; 10 ten times as fast.
 */
export async function replay(
	events: readonly PipelineEvent[],
	sinks: readonly Sink[],
	{pace = 0, sleep}: {pace?: number; sleep?: (milliseconds: number) => Promise<void>} = {},
) {
	let before = events[0]?.at ?? 0;
	for (const event of events) {
		if (pace > 0 && sleep && event.at > before) await sleep((event.at - before) / pace);
		before = event.at;
		for (const sink of sinks) sink.accept(event);
	}
	await Promise.all(sinks.map(sink => sink.close?.()));
}
