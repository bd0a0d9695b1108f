import fc from 'fast-check';
import {expect, test} from 'vitest';
import {unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {drawQuestion} from '../../../source/tui/new-build/draw-question.ts';
import {
	answerOf,
	inputEntries,
	type QuestionInput,
	questionCommand,
	reduceInput,
	settled,
	startInput,
} from '../../../source/tui/new-build/question-input.ts';
import {widthOf} from '../../../source/tui/styled-text.ts';
import type {QuestionView} from '../../../source/wizard/question-view.ts';

const help = {what: 'What it is.', why: 'Why it matters.', safe: 'This one.', breaks: 'Everything.'};
const question: QuestionView = {
	id: 'k8sDistribution',
	step: 'Kubernetes',
	question: 'Which Kubernetes distribution?',
	help,
	input: 'list',
	choices: [
		{value: 'kubeadm', title: 'kubeadm', description: 'Upstream'},
		{
			value: 'nodeadm',
			title: 'nodeadm',
			description: 'Amazon',
			refused: {
				id: 'D1',
				severity: 'error',
				keys: ['k8sDistribution'],
				message: 'not on arm64',
				why: 'So it is.',
				hint: 'Take another.',
			},
		},
		{value: 'k3s', title: 'K3s', description: 'Small'},
	],
	offered: 'k3s',
	from: 'default',
	secret: false,
	number: 3,
	total: 12,
};
const versions: QuestionView = {
	...question,
	id: 'k8sVersion',
	input: 'text',
	choices: ['1.34.2', '1.33.6', '1.32.9'].map(value => ({value, title: value, description: ''})),
	offered: '1.33.6',
};
const line: QuestionView = {...question, id: 'imageRegistry', input: 'text', choices: [], offered: 'ttl.sh'};

const press = (question: QuestionView, keys: readonly string[], input = startInput(question)): QuestionInput =>
	keys.reduce((input, key) => reduceInput(question, input, {key, text: key.length === 1 ? key : undefined}), input);

test('Enter takes what is offered', () => {
	for (const one of [question, versions, line]) expect(answerOf(one, startInput(one))).toBe(one.offered);
});

test('typing narrows a list, and erasing widens it again', () => {
	const typed = press(question, ['k', 'u', 'b']);
	expect(inputEntries(question, typed).entries.map(({value}) => value)).toEqual(['kubeadm']);
	expect(answerOf(question, typed)).toBe('kubeadm');
	expect(inputEntries(question, press(question, ['backspace', 'backspace', 'backspace'], typed)).entries).toHaveLength(
		3,
	);
	expect(answerOf(question, press(question, ['x', 'x']))).toBe('k3s');
});

test('a refused choice says why', () => {
	const {entries} = inputEntries(question, startInput(question));
	expect(entries[1]).toMatchObject({disabled: 'not on arm64', description: 'not on arm64. So it is. Take another.'});
});

test('the mark goes over the ends of the list', () => {
	expect(answerOf(question, press(question, ['down']))).toBe('kubeadm');
	expect(answerOf(question, press(question, ['up', 'up']))).toBe('kubeadm');
});

test('where anything may be answered, what was typed comes first, unless it is one of the suggestions', () => {
	const own = press(versions, [...'1.35.0']);
	expect(inputEntries(versions, own).entries[0]).toMatchObject({title: 'Use "1.35.0"', value: '1.35.0'});
	expect(answerOf(versions, own)).toBe('1.35.0');
	const listed = press(versions, [...'1.32.9']);
	expect(inputEntries(versions, listed).entries.map(({value}) => value)).toEqual(['1.32.9']);
	expect(answerOf(versions, press(versions, ['1', '.', '3', 'down']))).toBe('1.34.2');
});

test('an offered line is replaced by typing, changed by editing, and emptied by clearing', () => {
	expect(press(line, ['a', 'b']).typed.text).toBe('ab');
	expect(press(line, ['backspace', 'x']).typed.text).toBe('ttl.sx');
	expect(press(line, ['home', 'x']).typed.text).toBe('xttl.sh');
	expect(answerOf(line, press(line, ['ctrl+u']))).toBe('');
});

test('left goes back only at the beginning of the line', () => {
	const typed = press(line, ['a']);
	expect(questionCommand(line, startInput(line), {key: 'left'})).toBe('back');
	expect(questionCommand(line, typed, {key: 'left'})).toBe('left');
	expect(questionCommand(line, press(line, ['left'], typed), {key: 'left'})).toBe('back');
});

test('a question mark explains, and is text within an address', () => {
	expect(questionCommand(line, startInput(line), {key: '?', text: '?'})).toBe('help');
	const address = press(line, [...'https://a/b', '?', 'c']);
	expect(address.typed.text).toBe('https://a/b?c');
});

test('choices that become known only now are offered in place of the line', () => {
	const unknown = {...versions, choices: []};
	const input = settled(versions, startInput(unknown));
	expect(inputEntries(versions, input).entries).toHaveLength(3);
	expect(answerOf(versions, input)).toBe('1.33.6');
});

test('a question is drawn within its room at any size, whatever was typed', () => {
	fc.assert(
		fc.property(
			fc.constantFrom(question, versions, line),
			fc.array(fc.constantFrom('up', 'down', 'backspace', 'left', 'a', '1', '?', '日'), {maxLength: 12}),
			fc.integer({min: 30, max: 160}),
			fc.integer({min: 6, max: 50}),
			fc.boolean(),
			(one, keys, width, height, explains) => {
				const input = press(one, keys);
				const {entries, marked} = inputEntries(one, input);
				const rows = drawQuestion(
					{
						question: one,
						entries,
						marked,
						typed: input.typed,
						untouched: input.untouched,
						problem: {message: 'That is not it', hint: 'Try this'},
						explains,
						glyphs: unicodeGlyphs,
					},
					{width, height},
				);
				expect(rows.length).toBeLessThanOrEqual(height);
				if (width >= 96) for (const row of rows) expect(widthOf(row)).toBeLessThanOrEqual(width);
			},
		),
	);
});
