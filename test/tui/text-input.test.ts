import fc from 'fast-check';
import {expect, test} from 'vitest';
import {type Line, textOf, widthOf} from '../../source/tui/styled-text.ts';
import {drawInput, editInput, inputOf, type TextInput, typeInto} from '../../source/tui/text-input.ts';

const press = (state: TextInput, ...keys: string[]) =>
	keys.reduce((now, key) => editInput(now, {key}) ?? typeInto(now, key), state);

/** The text with a bar where the cursor stands. */
const shown = ({text, cursor}: TextInput) => {
	const characters = [...new Intl.Segmenter().segment(text)].map(({segment}) => segment);
	return `${characters.slice(0, cursor).join('')}|${characters.slice(cursor).join('')}`;
};

test('a line is edited as at a shell', () => {
	const path = inputOf('registry.lan/edge/ubuntu');
	expect(shown(path)).toBe('registry.lan/edge/ubuntu|');
	expect(shown(press(path, 'ctrl+a'))).toBe('|registry.lan/edge/ubuntu');
	expect(shown(press(path, 'ctrl+w'))).toBe('registry.lan/edge/|');
	expect(shown(press(path, 'alt+b', 'alt+b'))).toBe('registry.lan/|edge/ubuntu');
	expect(shown(press(path, 'home', 'ctrl+right', 'alt+f'))).toBe('registry.lan|/edge/ubuntu');
	expect(shown(press(path, 'ctrl+left', 'ctrl+u'))).toBe('|ubuntu');
	expect(shown(press(path, 'home', 'alt+f', 'ctrl+k'))).toBe('registry|');
	expect(shown(press(path, 'home', 'alt+d', 'delete'))).toBe('|lan/edge/ubuntu');
	expect(shown(press(path, 'alt+backspace', 'ctrl+y', 'ctrl+y'))).toBe('registry.lan/edge/ubuntuubuntu|');
	expect(shown(press(path, 'backspace', 'left', 'delete'))).toBe('registry.lan/edge/ubun|');
	expect(shown(press(path, 'ctrl+u', 'x', 'ctrl+_', 'ctrl+_'))).toBe('registry.lan/edge/ubuntu|');
	expect(editInput(path, {key: 'up'})).toBeUndefined();
});

const editingKeys = [
	...['left', 'right', 'home', 'end', 'ctrl+left', 'ctrl+right', 'alt+b', 'alt+f'],
	...['backspace', 'delete', 'ctrl+w', 'alt+d', 'ctrl+u', 'ctrl+k', 'ctrl+y'],
];
const text = fc.string({
	unit: fc.constantFrom('a', 'B', '/', '.', ' ', '-', 'é', '界', '👩‍👩‍👧', 'e\u0301', '\u0301', '\u200d', '🇩', '\t'),
});
const steps = fc.array(fc.oneof(fc.constantFrom(...editingKeys), fc.record({typed: text})), {maxLength: 30});
type Step = string | {typed: string};

const after = (state: TextInput, step: Step) =>
	typeof step === 'string' ? press(state, step) : typeInto(state, step.typed);

const lengthOf = (written: string) => [...new Intl.Segmenter().segment(written)].length;

test('whatever is pressed, the cursor stands on a character of the line or behind it', () => {
	fc.assert(
		fc.property(text, steps, (begun, all) => {
			let state = inputOf(begun);
			for (const step of all) {
				state = after(state, step);
				expect(state.cursor).toBeGreaterThanOrEqual(0);
				expect(state.cursor).toBeLessThanOrEqual(lengthOf(state.text));
			}
		}),
	);
});

test('undo gives back every text that there was, up to the first', () => {
	fc.assert(
		fc.property(text, steps, (begun, all) => {
			let state = inputOf(begun);
			const texts = [state.text];
			for (const step of all) {
				const next = after(state, step);
				if (next.before !== state.before) texts.push(next.text);
				state = next;
			}
			for (const earlier of texts.slice(0, -1).reverse()) {
				state = press(state, 'ctrl+_');
				expect(state.text).toBe(earlier);
				expect(state.cursor).toBeLessThanOrEqual(lengthOf(state.text));
			}
			expect(press(state, 'ctrl+_').text).toBe(begun);
		}),
	);
});

const cursorOf = (row: Line) => row.find(({tone}) => tone === 'selected');

test('drawn in any width, the line fits and the cursor is in sight, on wide characters too', () => {
	fc.assert(
		fc.property(text, steps, fc.integer({min: 2, max: 40}), (begun, all, width) => {
			let state = inputOf(begun);
			for (const step of all) state = after(state, step);
			const row = drawInput(state, width);
			expect(widthOf(row)).toBeLessThanOrEqual(width);
			expect(cursorOf(row)?.text).not.toBe('');
			expect(widthOf([cursorOf(row) ?? {tone: 'plain', text: ''}])).toBeGreaterThanOrEqual(1);
		}),
	);
});

test('a long line is scrolled only as far as it must be', () => {
	const long = inputOf('abcdefghij');
	expect(textOf(drawInput(long, 6))).toBe('fghij ');
	expect(textOf(drawInput(press(long, 'home'), 6))).toBe('abcdef');
	expect(textOf(drawInput(inputOf('ab'), 6))).toBe('ab ');
	expect(drawInput(long, 0)).toEqual([]);
});
