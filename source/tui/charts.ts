import type {Glyphs} from './glyphs.ts';
import {type Line, type Tone, toned} from './styled-text.ts';

/** A bar of `width` columns, filled as far as `done` is of `total`. */
export function bar(done: number, total: number, width: number, {bar}: Glyphs, tone: Tone): Line {
	const share = total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
	const filled = Math.floor(share * Math.max(0, width));
	return [toned(tone, bar[0].repeat(filled)), toned('muted', bar[1].repeat(Math.max(0, width - filled)))];
}

/** The newest values as a row of heights, the highest of them at full height. */
export function sparkline(values: readonly number[], width: number, {spark}: Glyphs): string {
	if (width <= 0) return '';
	const shown = values.slice(-width);
	const highest = Math.max(...shown, 0);
	return shown
		.map(value => {
			const height = highest > 0 ? Math.round((Math.max(0, value) / highest) * (spark.length - 1)) : 0;
			return spark[height] ?? '';
		})
		.join('');
}
