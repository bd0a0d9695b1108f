import {cleanLine} from '../../text/ansi.ts';
import type {QuestionView} from '../../wizard/question-view.ts';
import type {WizardProblem} from '../../wizard/wizard-state.ts';
import {compose} from '../boxes.ts';
import {bar} from '../charts.ts';
import type {Glyphs} from '../glyphs.ts';
import {initialList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {emptyLine, type Line, line, toned, wrap, wrapped} from '../styled-text.ts';
import {drawInput, type TextInput} from '../text-input.ts';
import type {QuestionEntry} from './question-input.ts';

export type QuestionDrawing = {
	question: QuestionView;
	entries: readonly QuestionEntry[];
	marked: number;
	/** The line typed into, where text can be typed. */
	typed: TextInput;
	/** `typed` is only what was offered. */
	untouched: boolean;
	problem?: WizardProblem;
	/** Where the choices are from, when that isn't the source itself. */
	note?: string;
	/** Everything about the question, not only what it asks. */
	explains: boolean;
	glyphs: Glyphs;
};

/** A question with its choices or its line, and what it means: beside it where there is room, else below. */
export function drawQuestion(drawing: QuestionDrawing, {width, height}: {width: number; height: number}): Line[] {
	const isWide = width >= 96;
	const helpWidth = isWide ? Math.min(52, Math.floor(width * 0.42)) : width;
	const mainWidth = isWide ? width - helpWidth - 4 : width;
	const help = drawHelp(drawing, helpWidth);
	const head = drawHead(drawing, mainWidth);
	const room = height - head.length - (isWide ? 0 : help.length + 1);
	// On a short screen the explanation gives way before the choices do, unless it was asked for.
	const helpShown =
		!isWide && !drawing.explains && room < 4 ? help.slice(0, Math.max(0, help.length - (4 - room))) : help;
	const listHeight = isWide ? height - head.length : Math.max(2, height - head.length - helpShown.length - 1);
	const main = [...head, ...drawEntries(drawing, {width: mainWidth, height: listHeight})];
	if (!isWide) {
		const rows = [...main.slice(0, height - helpShown.length - 1), emptyLine, ...helpShown].slice(0, height);
		// What stands below the question keeps its place from question to question.
		return [...rows, ...Array.from({length: height - rows.length}, () => emptyLine)];
	}
	return compose({columns: width, rows: height}, [
		{x: 0, y: 0, width: mainWidth, height, rows: main},
		{x: mainWidth + 4, y: 0, width: helpWidth, height, rows: help},
	]);
}

/** How far one has come, for the title. */
export const drawProgress = ({number, total, step}: QuestionView, glyphs: Glyphs): Line =>
	line(toned('muted', `${step}  `), bar(number, total, 12, glyphs, 'accent'), toned('muted', ` ${number} of ${total}`));

const drawHead = (drawing: QuestionDrawing, width: number): Line[] => [
	...wrapped(drawing.question.question, width, 'title'),
	emptyLine,
	...drawTyped(drawing),
	...drawProblem(drawing, width),
	...(drawing.note === undefined || drawing.entries.length === 0
		? []
		: wrapped(cleanLine(drawing.note), width, 'muted')),
];

function drawTyped({question, typed, untouched, glyphs}: QuestionDrawing): Line[] {
	if (question.input === 'list' && typed.text === '') return [];
	const shown = question.secret ? {...typed, text: '*'.repeat([...typed.text].length)} : typed;
	const remark = untouched
		? 'Enter takes it, typing replaces it'
		: question.choices.length > 0 && typed.text === ''
			? 'type to search, or something of your own'
			: '';
	return [
		line(toned('accent', `${glyphs.pointer} `), drawInput(shown), toned('muted', remark && `  ${remark}`)),
		emptyLine,
	];
}

const drawProblem = ({problem, glyphs}: QuestionDrawing, width: number): Line[] =>
	problem === undefined
		? []
		: [
				...wrapped(`${glyphs.fail} ${cleanLine(problem.message)}`, width, 'bad'),
				...(problem.hint === undefined ? [] : wrapped(cleanLine(problem.hint), width, 'accent')),
				emptyLine,
			];

function drawEntries(
	{entries, marked, question, glyphs, typed}: QuestionDrawing,
	size: {width: number; height: number},
): Line[] {
	if (entries.length === 0) {
		return question.input === 'list' ? [line(toned('muted', `Nothing matches "${cleanLine(typed.text)}".`))] : [];
	}
	const description = entries[marked]?.description ?? '';
	const below =
		description === ''
			? []
			: [emptyLine, ...wrapped(description, size.width, entries[marked]?.disabled ? 'warning' : 'muted')];
	const height = Math.max(
		1,
		Math.min(entries.length, size.height - Math.min(below.length, Math.max(0, size.height - 3))),
	);
	const list = drawList(
		entries.map(({title, disabled}) => ({title, disabled})),
		{...initialList, marked},
		{width: size.width, height, glyphs},
	);
	return [...list, ...below];
}

function drawHelp({question: {help, from}, explains}: QuestionDrawing, width: number): Line[] {
	const part = (title: string, text: string) => (text === '' ? [] : labelled(title, cleanLine(text), width));
	const what = wrapped(cleanLine(help.what), width);
	if (!explains) return [...what, ...part('Safe', help.safe)];
	return [
		...what,
		...part('Why', help.why),
		...part('Safe', help.safe),
		...part('Breaks', help.breaks),
		...part('Offered', from === 'default' ? 'the default' : from),
	];
}

const labelled = (label: string, text: string, width: number): Line[] =>
	wrap(`${label}: ${text}`, width).map((row, index) =>
		index === 0
			? line(toned('accent', `${label}:`), toned('muted', row.slice(label.length + 1)))
			: line(toned('muted', row)),
	);
