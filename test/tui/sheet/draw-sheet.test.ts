import fc from 'fast-check';
import {expect, test} from 'vitest';
import {fields} from '../../../source/settings/fields.ts';
import {asciiGlyphs, unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {bodyColumns, bodyRows} from '../../../source/tui/page-layout.ts';
import {entriesAt} from '../../../source/tui/sheet/decision-input.ts';
import {drawSheet} from '../../../source/tui/sheet/draw-sheet.ts';
import {textOf, widthOf} from '../../../source/tui/styled-text.ts';
import {inputOf} from '../../../source/tui/text-input.ts';
import {decisions} from '../../../source/wizard/decisions.ts';
import {review} from '../../../source/wizard/review.ts';
import {shownValue} from '../../../source/wizard/settings-list.ts';
import {settingsOf} from '../../../source/wizard/settings-of-answers.ts';
import {sheetRows} from '../../../source/wizard/sheet.ts';
import {fieldsAt} from '../../../source/wizard/wizard-reducer.ts';
import {choose, decisionAt, goTo, play, start} from '../../wizard/playing.ts';

const drawn = (
	id: (typeof decisions)[number]['id'],
	o: {
		columns: number;
		rows: number;
		typed?: string;
		rail?: number;
		explains?: boolean;
		ascii?: boolean;
		problem?: boolean;
	},
) => {
	const state = play(choose(start(), 'Edge appliance'), goTo(id));
	const settings = settingsOf(state);
	const filter = o.typed === undefined ? undefined : inputOf(o.typed);
	const {entries, marked} = entriesAt(state, decisionAt(state), {filter});
	const decision = {
		decision: decisionAt(state),
		choices: entries,
		marked,
		filter,
		fields: fieldsAt(state).map(key => ({
			title: fields[key].title,
			value: shownValue(key, settings),
			...(key === state.field && {
				typed: inputOf(o.typed ?? 'ttl.sh'),
				remark: 'answers, login of somebody with a long name',
			}),
		})),
		problem: o.problem ? {message: 'That is not it at all, for a reason of some length', hint: 'Try this'} : undefined,
		note: 'From the list that comes with the program: no network.',
		suggestions: ['doca-host.deb  612 MB', 'bundle.bfb  1.5 GB'],
		explains: o.explains ?? false,
		glyphs: o.ascii ? asciiGlyphs : unicodeGlyphs,
	};
	return drawSheet({rows: sheetRows(state), rail: o.rail, decision, result: review(state)}, o);
};

test('every decision is drawn within its room at any size, whatever was typed', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...decisions.map(({id}) => id)),
			fc.record({
				columns: fc.integer({min: 40, max: 220}),
				rows: fc.integer({min: 12, max: 70}),
				typed: fc.constantFrom(undefined, '', '1.3', 'x'.repeat(200), '日本語'.repeat(40), '\u001B[2J'),
				rail: fc.constantFrom(undefined, 0, 7),
				explains: fc.boolean(),
				ascii: fc.boolean(),
				problem: fc.boolean(),
			}),
			(id, o) => {
				const rows = drawn(id, o);
				expect(rows).toHaveLength(bodyRows(o.rows));
				for (const row of rows) expect(widthOf(row), textOf(row)).toBeLessThanOrEqual(bodyColumns(o.columns));
				expect(rows.map(textOf).join('')).not.toContain('\u001B');
			},
		),
		{numRuns: 60},
	);
});

test.each([
	[60, 20],
	[80, 24],
	[120, 40],
])('at %i×%i the question, its choices and what will come of it are all there', (columns, rows) => {
	for (const {id, question} of decisions) {
		const text = drawn(id, {columns, rows}).map(textOf).join('\n');
		expect(text, id).toContain(question.slice(0, 20));
		expect(text, id).toContain('ttl.sh/ubuntu:kubeadm');
		const state = play(choose(start(), 'Edge appliance'), goTo(id));
		const {entries} = entriesAt(state, decisionAt(state), {});
		for (const {title} of entries) expect(text, id).toContain(title);
	}
});
