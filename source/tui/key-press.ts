import type {Key} from 'ink';

/**
 * One press of a key. `key` names it: the character itself, or `up`, `enter`, `ctrl+c`, `shift+tab` and so on; `text`
 * is what it types, if anything. A paste is one press, `paste`: a screen for each of its characters would take minutes.
 */
export type KeyPress = {key: string; text?: string};

/** The presses in one event of Ink, which hands over quickly typed characters in one piece. */
export function keyPressesOf(input: string, key: Key): KeyPress[] {
	if (key.eventType === 'release') return [];
	const named = nameOf(key);
	if (named !== undefined) return [{key: withModifiers(named, key)}];
	if (key.ctrl) return input === '' ? [] : [{key: `ctrl+${input.toLowerCase()}`}];
	if (key.meta) return input === '' ? [] : [{key: `alt+${input}`}];
	return typed(input);
}

/** Pasted text as a press: line breaks and other control characters are left out, so a paste never presses Enter. */
export function pastePressesOf(text: string): KeyPress[] {
	const bare = text.replace(/\p{Cc}+/gu, ' ').trim();
	return bare === '' ? [] : [{key: 'paste', text: bare}];
}

// Nobody types that much at once: a paste in a terminal that doesn't mark it as one.
const longRun = /([^\p{Cc}]{50,})/u;

const typed = (input: string): KeyPress[] =>
	input.split(longRun).flatMap((part, index) => (index % 2 === 1 ? [{key: 'paste', text: part}] : pressed(part)));

const pressed = (input: string): KeyPress[] =>
	[...input].flatMap((character): KeyPress[] => {
		if (character === '\r' || character === '\n') return [{key: 'enter'}];
		if (character === '\t') return [{key: 'tab'}];
		if (character === '\u001b') return [{key: 'escape'}];
		if (character === ' ') return [{key: 'space', text: ' '}];
		return /\p{Cc}/u.test(character) ? [] : [{key: character, text: character}];
	});

const withModifiers = (name: string, {ctrl, shift}: Key) =>
	ctrl ? `ctrl+${name}` : shift && (name === 'tab' || name === 'up' || name === 'down') ? `shift+${name}` : name;

function nameOf(key: Key): string | undefined {
	for (const [flag, name] of names) if (key[flag]) return name;
	return undefined;
}

const names = [
	['upArrow', 'up'],
	['downArrow', 'down'],
	['leftArrow', 'left'],
	['rightArrow', 'right'],
	['pageUp', 'pageup'],
	['pageDown', 'pagedown'],
	['home', 'home'],
	['end', 'end'],
	['return', 'enter'],
	['escape', 'escape'],
	['tab', 'tab'],
	['backspace', 'backspace'],
	// Terminals send DEL for the backspace key, and Ink tells the two apart.
	['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];
