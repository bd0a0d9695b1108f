import {plainLine} from '../../../../text/ansi.ts';
import {isAdvertisement} from '../build-output.ts';

/** One line of Earthly's console text. */
export type ConsoleLine =
	| {kind: 'step'; prefix: string; name: string; cached: boolean}
	| {kind: 'output'; prefix: string; text: string}
	| {kind: 'repeated'; prefix: string; text: string}
	| {kind: 'plain'; text: string}
	| {kind: 'nothing'};

/** Reads one line: the prefix column is right-aligned to 20, then ` | ` and text. Escape codes are allowed. */
export function parseConsoleLine(raw: string): ConsoleLine {
	const line = plainLine(raw);
	if (isAdvertisement(line) || /^[\s—]*$/.test(line)) return {kind: 'nothing'};
	const [, prefix = '', mark, text = ''] = /^ *(\S+)( \*failed\*)? \| ?(.*)$/.exec(line) ?? [];
	if (prefix === '') return {kind: 'plain', text: line};
	if (mark !== undefined) return {kind: 'repeated', prefix, text};
	const [, cached, name] = /^(\*cached\* )?--> (.+)$/.exec(text) ?? [];
	if (name !== undefined) return {kind: 'step', prefix, name, cached: cached !== undefined};
	if (/^\[-*\s*\] +\d+% /.test(text) || isArgumentHeader(text)) return {kind: 'nothing'};
	return {kind: 'output', prefix, text};
}

/** Whether it is the header line of a step, which lists its build arguments: `ARCH=amd64 CUSTOM_TAG=demo`. */
export const isArgumentHeader = (text: string) => /^[A-Za-z_]\w*=\S*( [A-Za-z_]\w*=\S*)*$/.test(text);
