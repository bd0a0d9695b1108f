import {FixableError} from '../errors.ts';
import type {PipelineEvent, Sink} from './events.ts';

/**
 * The events of an `events.ndjson`. A last line that was cut off by a kill is left out.
 * @throws {FixableError} `damaged-record` when another line is no JSON.
 */
export function parseEvents(ndjson: string): PipelineEvent[] {
	const lines = ndjson.split('\n').filter(line => line.trim() !== '');
	return lines.flatMap((line, index) => {
		try {
			return [JSON.parse(line) as PipelineEvent];
		} catch (error) {
			if (index === lines.length - 1) return [];
			throw new FixableError('damaged-record', `Line ${index + 1} of the event log is not JSON`, {
				hint: 'The record was damaged; the logs beside it in the run folder may still be whole.',
				exit: 'usage',
				cause: error,
			});
		}
	});
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
