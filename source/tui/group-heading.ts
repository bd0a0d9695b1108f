import type {Glyphs} from './glyphs.ts';
import {type Line, line, toned} from './styled-text.ts';

/** A row over the settings of a group, with a rule to the right edge. */
export function groupHeading(title: string, {width, glyphs}: {width: number; glyphs: Glyphs}): Line {
	const rule = glyphs.frame.horizontal;
	return line(
		toned('border', `  ${rule}${rule} `),
		toned('muted', title),
		toned('border', ` ${rule.repeat(Math.max(0, width - title.length - 6))}`),
	);
}
