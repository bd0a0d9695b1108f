import stringWidth from 'string-width';

/** What a piece of text means; the theme decides how that looks. */
export type Tone =
	| 'plain'
	| 'title'
	| 'muted'
	| 'good'
	| 'warning'
	| 'bad'
	| 'active'
	| 'accent'
	| 'rehearsal'
	| 'selected'
	| 'match'
	| 'border'
	| 'focused-border'
	/** How a program wanted it to look: words that Ink takes. */
	| `printed ${string}`;

export type Span = {text: string; tone: Tone};

/** One row of the screen. Screens are drawn as lists of these, so they can be checked without a terminal. */
export type Line = readonly Span[];

/** A line of these parts; plain strings mean nothing in particular. */
export const line = (...parts: readonly (string | Span | Line)[]): Line =>
	parts.flatMap(part => (typeof part === 'string' ? [toned('plain', part)] : isSpan(part) ? [part] : part));

export const toned = (tone: Tone, text: string): Span => ({tone, text});

export const emptyLine: Line = [];

/** Terminal columns that the line takes. */
export const widthOf = (row: Line): number => row.reduce((sum, {text}) => sum + textWidth(text), 0);

/** Terminal columns that the text takes. */
export const textWidth = (text: string): number => (isNarrow(text) ? text.length : stringWidth(text));

/** The text without tones. */
export const textOf = (row: Line): string => row.map(({text}) => text).join('');

/** The line in exactly `width` columns: cut with `ellipsis` where too long, filled with blanks where too short. */
export function fitTo(row: Line, width: number, ellipsis = '…'): Line {
	const taken = widthOf(row);
	if (taken === width) return row;
	if (taken < width) return [...row, {tone: row.at(-1)?.tone ?? 'plain', text: ' '.repeat(width - taken)}];
	if (width <= 0) return emptyLine;
	const mark = textWidth(ellipsis) <= width ? ellipsis : '';
	const kept: Span[] = [];
	let room = width - textWidth(mark);
	for (const span of row) {
		const text = head(span.text, room);
		if (text !== '') kept.push({tone: span.tone, text});
		room -= textWidth(text);
		if (text !== span.text) break;
	}
	// A wide character that straddled the cut leaves one column.
	return [...kept, {tone: kept.at(-1)?.tone ?? 'plain', text: mark + ' '.repeat(Math.max(0, room))}];
}

/** `left` at the left and `right` at the right edge of `width` columns; `right` stays whole where both don't fit. */
export function spread(left: Line, right: Line, width: number, ellipsis?: string): Line {
	const rightWidth = widthOf(right);
	if (rightWidth === 0) return fitTo(left, width, ellipsis);
	if (rightWidth >= width) return fitTo(right, width, ellipsis);
	return [...fitTo(left, width - rightWidth - 1, ellipsis), {tone: 'plain', text: ' '}, ...right];
}

/** Breaks text at blanks into lines of at most `width` columns; a longer word is broken where it must be. */
export const wrap = (text: string, width: number): string[] => text.split('\n').flatMap(row => wrapRow(row, width));

/** As `wrap`, each line with this tone. */
export const wrapped = (text: string, width: number, tone: Tone = 'plain'): Line[] =>
	wrap(text, width).map(row => [toned(tone, row)]);

/** As `wrapped`, behind a mark: further rows begin below the first letter of the text. */
export const hanging = (mark: Line, text: string, width: number, tone: Tone = 'plain'): Line[] =>
	wrapped(text, Math.max(1, width - widthOf(mark)), tone).map((row, index) =>
		line(index === 0 ? mark : ' '.repeat(widthOf(mark)), row),
	);

/** As `wrapped`, in at most `most` lines; where that cuts it, the last one says so. */
export function wrappedIn(
	most: number,
	text: string,
	{width, tone, ellipsis}: {width: number; tone: Tone; ellipsis: string},
): Line[] {
	const rows = wrapped(text, width, tone);
	const last = rows[most - 1];
	if (rows.length <= most || last === undefined) return rows;
	const cut = line(last, toned(tone, ` ${ellipsis}`));
	return [...rows.slice(0, most - 1), widthOf(cut) <= width ? cut : fitTo(cut, width, ellipsis)];
}

/** The line without its first `columns` columns; half a wide character becomes a blank. */
export function without(row: Line, columns: number): Line {
	let left = columns;
	return row.flatMap(({tone, text}): Span[] => {
		const start = head(text, left);
		const rest = text.slice(start.length);
		left -= textWidth(start);
		if (left <= 0 || rest === '') return rest === '' ? [] : [{tone, text: rest}];
		const [cutCharacter = ''] = [...graphemes.segment(rest)].map(({segment}) => segment);
		const blank = ' '.repeat(Math.max(0, textWidth(cutCharacter) - left));
		left = 0;
		return [{tone, text: blank + rest.slice(cutCharacter.length)}];
	});
}

/** The whole row with the look of a selected one. */
export const selected = (row: Line): Line => row.map(({text}) => ({text, tone: 'selected'}));

/** The longest beginning of the text that fits into `width` columns, never half a character. */
export function head(text: string, width: number): string {
	if (width <= 0) return '';
	if (isNarrow(text)) return text.slice(0, width);
	let kept = '';
	let taken = 0;
	for (const {segment} of graphemes.segment(text)) {
		taken += stringWidth(segment);
		if (taken > width) break;
		kept += segment;
	}
	return kept;
}

const graphemes = new Intl.Segmenter();

const isSpan = (part: Span | Line): part is Span => 'text' in part;

// ASCII, Latin, punctuation, arrows, boxes and braille: each takes one column, and nearly all text is made of them.
const isNarrow = (text: string) =>
	/^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u259f\u2714\u2716\u276f\u2800-\u28ff]*$/.test(text);

function wrapRow(row: string, width: number): string[] {
	if (width < 1) return [];
	// Blanks at its beginning say something, too.
	if (textWidth(row) <= width) return [row];
	const rows: string[] = [];
	let current = '';
	for (const word of row.split(' ')) {
		const joined = current === '' ? word : `${current} ${word}`;
		if (textWidth(joined) <= width) {
			current = joined;
			continue;
		}
		if (current !== '') rows.push(current);
		current = word;
		// The rest is never measured whole: of a long text in wide characters that took seconds.
		for (let whole = head(current, width); whole !== current; whole = head(current, width)) {
			if (whole === '') return rows;
			// Paths are broken behind a slash, where that doesn't waste half the row.
			const slash = whole.lastIndexOf('/') + 1;
			const piece = slash > whole.length / 2 ? whole.slice(0, slash) : whole;
			rows.push(piece);
			current = current.slice(piece.length);
		}
	}
	return [...rows, current];
}
