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
	// No key of ours: Escape and Enter, pressed one after the other and read in one piece.
	if (named === 'enter' && key.meta) return [{key: 'escape'}, {key: 'enter'}];
	if (named !== undefined) return [{key: withModifiers(named, key)}];
	if (unknownSequence.test(input)) return [];
	if (key.ctrl) return input === '' ? [] : [{key: `ctrl+${input.toLowerCase()}`}];
	if (key.meta) return input === '' ? [] : [{key: `alt+${input}`}];
	return typed(input);
}

/**
 * Pasted text as a press: escape sequences are left out whole, line breaks and other control characters become blanks, so a
 * paste never presses a key.
 */
export function pastePressesOf(text: string): KeyPress[] {
	const bare = text
		.replace(sequences, '')
		.replace(/\p{Cc}+/gu, ' ')
		.trim();
	return bare === '' ? [] : [{key: 'paste', text: bare}];
}

// Ink takes the Escape from what it doesn't know, and what is left would be typed: keys without a name, answers and
// reports of the terminal, a paste that isn't marked as one.
const unknownSequence = /^\[[0-?]*[ -/]*[@-Z^-~]$/;

// Colours and cursor moves; titles, links and device strings with what they hold; character sets; what was cut off.
const sequences =
	/\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[\]PX^_][^\p{Cc}]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?|\u009b[0-?]*[ -/]*[@-~]?/gu;

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
		return /\p{Cc}/u.test(character) ? controlKey(character) : [{key: character, text: character}];
	});

function controlKey(character: string): KeyPress[] {
	if (character === '\u007f') return [{key: 'backspace'}];
	const code = character.charCodeAt(0);
	if (code >= 1 && code <= 26) return [{key: `ctrl+${String.fromCharCode(code + 96)}`}];
	return code >= 28 && code <= 31 ? [{key: `ctrl+${String.fromCharCode(code + 64)}`}] : [];
}

function withModifiers(name: string, {ctrl, meta, shift}: Key): string {
	if (name === 'escape') return name;
	if (ctrl) return `ctrl+${name}`;
	if (meta) return `alt+${name}`;
	return shift && (name === 'tab' || name === 'up' || name === 'down') ? `shift+${name}` : name;
}

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
	['delete', 'delete'],
] as const satisfies readonly (readonly [keyof Key, string])[];
