import type {Binding} from './bindings.ts';
import type {Glyphs} from './glyphs.ts';
import {keymaps, type Scope} from './keymap.ts';
import {type Line, line, toned, widthOf, wrapped} from './styled-text.ts';

/** The keys of a screen in one row; those that don't fit are left out, the help has them all. */
export function drawFooter(scope: Scope, width: number, glyphs: Glyphs, without: readonly string[] = []): Line {
	const hints = hintsOf(scope, glyphs, without);
	const parts = hints.map(([key, hint]) => line(toned('accent', key), toned('muted', ` ${hint}`)));
	// What is left out is found by this one.
	const help = hints.findIndex(([key]) => key === '?');
	const withHelp = parts[help] ?? line();
	let row: Line = line(' ');
	let kept = help < 0 ? 0 : widthOf(withHelp) + gap;
	for (const [index, part] of parts.entries()) {
		if (index === help) kept = 0;
		const joined = line(row, index === 0 ? '' : toned('muted', ' '.repeat(gap)), part);
		if (widthOf(joined) + kept <= width) row = joined;
	}
	return row;
}

const gap = 3;

const leastKeysColumn = 15;

/** What does nothing on a screen whose list has no entry. */
export const needingEntries = (scope: Scope): readonly string[] =>
	Object.keys(keymaps[scope]).filter(name => !['help', 'back', 'leave'].includes(name));

/** All keys of a screen with what they do; those that are taken mean something else there. */
export function helpRows(
	scope: Scope,
	width: number,
	glyphs: Glyphs,
	without: readonly string[] = [],
	taken: readonly string[] = [],
): Line[] {
	const entries = helpOf(scope, glyphs, without, taken);
	// Names of keys are longer where arrows can't be shown.
	const column = Math.max(leastKeysColumn, ...entries.map(([keys]) => keys.length + 1));
	return entries.flatMap(([keys, does]) =>
		wrapped(does, Math.max(10, width - column)).map((row, index) =>
			line(toned('accent', (index === 0 ? keys : '').padEnd(column)), row),
		),
	);
}

/** Footer of a screen: the first key of every command that has a hint, with that hint. */
export const hintsOf = (scope: Scope, glyphs: Glyphs, without: readonly string[] = []): [key: string, hint: string][] =>
	Object.entries<Binding>(keymaps[scope])
		.filter(([name, {hint}]) => hint !== undefined && !without.includes(name))
		.map(([name, {keys, hint = ''}]) => [name === 'up' ? bothArrows(glyphs) : keyLabel(keys[0] ?? '', glyphs), hint]);

// Words need something between them.
const bothArrows = ({up, down}: Glyphs) => (up.length > 1 ? `${up}/${down}` : `${up}${down}`);

/** Everything a screen's keys do: for the help. */
export const helpOf = (
	scope: Scope,
	glyphs: Glyphs,
	without: readonly string[] = [],
	taken: readonly string[] = [],
): [keys: string, does: string][] =>
	Object.entries<Binding>(keymaps[scope])
		.filter(([name]) => !without.includes(name))
		.map(([, {keys, does}]) => ({keys: keys.filter(key => !taken.includes(key)), does}))
		.filter(({keys}) => keys.length > 0)
		.map(({keys, does}) => [
			keys.length > 3 && keys.every(key => /^\d$/.test(key))
				? `${keys[0]}${glyphs.skip}${keys.at(-1)}`
				: keys.map(key => keyLabel(key, glyphs)).join(' '),
			does,
		]);

/** How a key is written on the screen. */
export function keyLabel(key: string, glyphs: Glyphs): string {
	const arrows: Record<string, string> = {
		up: glyphs.up,
		down: glyphs.down,
		left: glyphs.left,
		right: glyphs.right,
	};
	return (
		arrows[key] ??
		labels[key] ??
		key
			.replace(/^ctrl\+(.)$/, (_, letter: string) => `Ctrl-${letter.toUpperCase()}`)
			.replace(/^shift\+tab$/, 'Shift-Tab')
			.replace(/^alt\+(.)$/, (_, letter: string) => `Alt-${letter.toUpperCase()}`)
	);
}

const labels: Record<string, string> = {
	enter: 'Enter',
	escape: 'Esc',
	space: 'Space',
	tab: 'Tab',
	home: 'Home',
	end: 'End',
	pageup: 'PgUp',
	pagedown: 'PgDn',
	backspace: 'Backspace',
	delete: 'Del',
};
