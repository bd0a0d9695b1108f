import type {Writable} from 'node:stream';
import {printable} from '../text/ansi.ts';
import {jsonLine} from './ndjson.ts';
import {redactIn} from './redaction.ts';

/** The one door for what commands say: whatever came from outside has lost its escape sequences and secrets behind it. */
export type Printer = {
	/** Text to standard output. */
	print(text: string): void;
	/** Text to standard error. */
	tell(text: string): void;
	/** One line of JSON to standard output. */
	printJson(value: unknown): void;
};

/** @param redact Takes secrets out of a text. */
export const createPrinter = (
	{stdout, stderr}: {stdout: Writable; stderr: Writable},
	redact: (text: string) => string,
): Printer => ({
	print: text => void stdout.write(printable(redact(text))),
	tell: text => void stderr.write(printable(redact(text))),
	printJson: value => void stdout.write(jsonLine(redactIn(value, redact))),
});
