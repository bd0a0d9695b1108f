import type {Sink} from '../pipeline/events.ts';
import type {Output} from './safe-output.ts';

/** One JSON object a line; the same bytes on standard output and in `events.ndjson`. */
export const ndjsonSink = (output: Output): Sink => ({
	accept: event => output.write(jsonLine(event)),
	close: () => output.drain(),
});

/**
 * A value as one line of JSON. What a terminal would act on or hide (C1 controls, direction marks) is escaped: JSON leaves
 * it as it is, and reads it back the same.
 */
export const jsonLine = (value: unknown): string =>
	`${JSON.stringify(value).replace(active, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;

const active = /[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
