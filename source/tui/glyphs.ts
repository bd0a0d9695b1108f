import stringWidth from 'string-width';

/** Every character outside letters and digits that the screens draw. */
export type Glyphs = {
	pass: string;
	warn: string;
	fail: string;
	skip: string;
	waiting: string;
	cancelled: string;
	/** Frames of a running thing, drawn one after the other. */
	spinner: readonly string[];
	pointer: string;
	bullet: string;
	chosen: string;
	unchosen: string;
	ellipsis: string;
	separator: string;
	up: string;
	down: string;
	left: string;
	right: string;
	enter: string;
	/** From a cause to its cure, from before to after. */
	arrow: string;
	/** Filled and empty part of a bar. */
	bar: readonly [string, string];
	/** Eight heights, lowest first. */
	spark: readonly string[];
	frame: {
		topLeft: string;
		topRight: string;
		bottomLeft: string;
		bottomRight: string;
		horizontal: string;
		vertical: string;
	};
	/** Frame of the pane that has the keys; differs in shape too, for terminals without colour. */
	focusedFrame: Glyphs['frame'];
};

export const unicodeGlyphs: Glyphs = {
	pass: '✔',
	warn: '!',
	fail: '✖',
	skip: '–',
	waiting: '·',
	cancelled: '■',
	spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
	pointer: '❯',
	bullet: '•',
	chosen: '◉',
	unchosen: '◯',
	ellipsis: '…',
	separator: '·',
	up: '↑',
	down: '↓',
	left: '←',
	right: '→',
	enter: '↵',
	arrow: '→',
	bar: ['█', '░'],
	spark: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
	frame: {topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯', horizontal: '─', vertical: '│'},
	focusedFrame: {topLeft: '┏', topRight: '┓', bottomLeft: '┗', bottomRight: '┛', horizontal: '━', vertical: '┃'},
};

/** For terminals and locales that cannot show more, such as TERM=linux or LANG=C. */
export const asciiGlyphs: Glyphs = {
	pass: '+',
	warn: '!',
	fail: 'x',
	skip: '-',
	waiting: '.',
	cancelled: '#',
	spinner: ['|', '/', '-', '\\'],
	pointer: '>',
	bullet: '*',
	chosen: '(*)',
	unchosen: '( )',
	ellipsis: '~',
	separator: '|',
	up: 'Up',
	down: 'Down',
	left: 'Left',
	right: 'Right',
	enter: 'Enter',
	arrow: '->',
	bar: ['#', '.'],
	spark: ['_', '.', '-', '~', '=', '+', '*', '#'],
	frame: {topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+', horizontal: '-', vertical: '|'},
	focusedFrame: {topLeft: '#', topRight: '#', bottomLeft: '#', bottomRight: '#', horizontal: '=', vertical: '#'},
};

/**
 * The text in characters that these glyphs' terminal can show, in as many columns: rows are laid out before. Emoji become
 * bullets everywhere, since terminals differ in how many columns they give them, which would tear the frames to their right.
 */
export function displayable(text: string, glyphs: Glyphs): string {
	const isHarmless = glyphs === asciiGlyphs ? isAscii(text) : !emoji.test(text);
	if (isHarmless) return text;
	return [...graphemes.segment(text)]
		.map(({segment}) => {
			if (emoji.test(segment)) return glyphs.bullet.padEnd(stringWidth(segment));
			return glyphs === asciiGlyphs && !isAscii(segment) ? substituteOf(segment) : segment;
		})
		.join('');
}

const emoji = /\p{Emoji_Presentation}|\uFE0F/u;

const graphemes = new Intl.Segmenter();

const isAscii = (text: string) => /^[\n -~]*$/.test(text);

const substitutes: Record<string, string> = {
	'–': '-',
	'—': '-',
	'…': asciiGlyphs.ellipsis,
	'’': "'",
	'‘': "'",
	'“': '"',
	'”': '"',
	'→': '>',
	'×': 'x',
	'·': '|',
	'•': '*',
};

const substituteOf = (character: string) => substitutes[character] ?? '?'.repeat(stringWidth(character));
