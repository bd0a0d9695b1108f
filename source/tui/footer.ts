import type {Glyphs} from './glyphs.ts';
import {helpOf, hintsOf, type Scope} from './keymap.ts';
import {type Line, line, toned, widthOf, wrapped} from './lines.ts';

/** The keys of a screen in one row; those that don't fit are left out, the help has them all. */
export const drawFooter = (scope: Scope, width: number, glyphs: Glyphs, without: readonly string[] = []): Line => {
	const parts = hintsOf(scope, glyphs, without).map(([key, hint]) =>
		line(toned('accent', key), toned('muted', ` ${hint}`)),
	);
	let row: Line = line(' ');
	for (const [index, part] of parts.entries()) {
		const joined = line(row, index === 0 ? '' : toned('muted', '   '), part);
		if (widthOf(joined) <= width) row = joined;
	}
	return row;
};

const keysColumn = 15;

/** All keys of a screen with what they do. */
export const helpRows = (scope: Scope, width: number, glyphs: Glyphs, without: readonly string[] = []): Line[] => {
	const entries = helpOf(scope, glyphs, without);
	const column = keysColumn;
	return entries.flatMap(([keys, does]) =>
		wrapped(does, Math.max(10, width - column)).map((row, index) =>
			line(toned('accent', (index === 0 ? keys : '').padEnd(column)), row),
		),
	);
};
