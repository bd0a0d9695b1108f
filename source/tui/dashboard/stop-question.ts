import type {Glyphs} from '../glyphs.ts';
import type {KeyPress} from '../key-press.ts';
import {commandOf} from '../keymap.ts';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';

/** `keep`: nothing changes; `lines`: the run goes on without a view; `leave`: a run of another terminal does. */
export type StopAnswer = 'keep' | 'stop' | 'now' | 'lines' | 'leave';

/** The question before a run is stopped, or one of another terminal is left: which answer Enter takes. */
export type StopQuestion = {
	/** The run is another terminal's. */
	isOthers: boolean;
	marked: number;
	/** Why it could not be stopped. */
	refusal?: string;
};

type Choice = {answer: StopAnswer; key: string; title: string};

// The first is what Enter takes: it changes nothing for the run.
const ownChoices: readonly Choice[] = [
	{answer: 'keep', key: 'n', title: 'Keep going'},
	{answer: 'stop', key: 'y', title: 'Stop the build'},
	{answer: 'lines', key: 'd', title: 'Go on without a view, in plain lines'},
];
const othersChoices: readonly Choice[] = [
	{answer: 'leave', key: 'l', title: 'Leave it running'},
	{answer: 'stop', key: 'y', title: 'Stop the build'},
	{answer: 'keep', key: 'n', title: 'Keep watching'},
];
const choicesOf = ({isOthers}: StopQuestion) => (isOthers ? othersChoices : ownChoices);

/** What a key says to it: an answer, or the question with another answer marked. */
export function answerTo(question: StopQuestion, press: KeyPress): StopAnswer | StopQuestion {
	const choices = choicesOf(question);
	const move = (by: number) => ({...question, marked: (question.marked + by + choices.length) % choices.length});
	const command = commandOf(question.isOthers ? 'leaveQuestion' : 'stopQuestion', press);
	if (command === 'up') return move(-1);
	if (command === 'down') return move(1);
	if (command === 'choose') return choices[question.marked]?.answer ?? 'keep';
	return command ?? question;
}

/** The question with its answers, the marked one first to be seen. */
export function drawStopQuestion(question: StopQuestion, glyphs: Glyphs, width: number): Line[] {
	const {isOthers, marked, refusal} = question;
	const inside = Math.max(1, Math.min(56, width));
	return [
		line(toned('title', isOthers ? 'Leave this view?' : 'Stop the build?')),
		emptyLine,
		...wrapped(
			isOthers
				? 'The build belongs to another terminal and goes on there. If it is stopped, its own process cleans up.'
				: 'What was built so far stays in the cache, and the log is kept.',
			inside,
		),
		...(refusal === undefined ? [] : [emptyLine, ...wrapped(refusal, inside, 'warning')]),
		emptyLine,
		...choicesOf(question).map(({key, title}, index) =>
			line(
				index === marked ? toned('accent', `${glyphs.pointer} `) : '  ',
				toned('accent', key),
				toned(index === marked ? 'title' : 'plain', `  ${title}`),
			),
		),
		...(isOthers ? [] : [emptyLine, line(toned('accent', 'Ctrl-C'), toned('muted', ' again stops it now'))]),
	];
}
