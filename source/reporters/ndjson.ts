import type {Sink} from '../pipeline/events.ts';
import type {Output} from './output.ts';

/** One JSON object a line; the same bytes on standard output and in `events.ndjson`. */
export const ndjsonSink = (output: Output): Sink => ({
	accept: event => output.write(`${JSON.stringify(event)}\n`),
	close: () => output.drain(),
});
