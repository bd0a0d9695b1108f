import {cleanLine} from '../../text/ansi.ts';
import type {Choice} from '../../wizard/choices.ts';
import type {Decision} from '../../wizard/decisions.ts';
import type {WizardProblem} from '../../wizard/wizard-state.ts';
import type {Glyphs} from '../glyphs.ts';
import {initialList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {emptyLine, fitTo, type Line, line, toned, wrap, wrapped} from '../styled-text.ts';
import {drawInput, type TextInput} from '../text-input.ts';

/** A field of a form: `typed` while it is the one that is filled in. */
export type DrawnField = {title: string; value: string; typed?: TextInput; remark?: string};

export type DecisionDrawing = {
	decision: Decision;
	choices: readonly Choice[];
	marked: number;
	/** What narrows the choices; undefined while nobody types. */
	filter?: TextInput;
	fields: readonly DrawnField[];
	problem?: WizardProblem;
	/** Where the choices are from, when that isn't the source itself. */
	note?: string;
	/** Suggestions for the field that is filled in, such as files. */
	suggestions: readonly string[];
	/** Everything about the decision, not only what it asks. */
	explains: boolean;
	glyphs: Glyphs;
};

/** A decision: its question, what to choose or to fill in, and what it means, in exactly this many rows. */
export function drawDecision(drawing: DecisionDrawing, {width, height}: {width: number; height: number}): Line[] {
	const {decision, problem, note, glyphs} = drawing;
	const head = [...wrapped(decision.question, width, 'title'), emptyLine];
	const said = [
		...(problem === undefined
			? []
			: [
					...wrapped(`${glyphs.fail} ${cleanLine(problem.message)}`, width, 'bad'),
					...(problem.hint ? wrapped(cleanLine(problem.hint), width, 'accent') : []),
				]),
		...(note === undefined ? [] : wrapped(cleanLine(note), width, 'muted')),
	];
	const form = [
		...(drawing.fields.length > 0 && drawing.choices.length > 0 ? [emptyLine] : []),
		...drawFields(drawing, width),
	];
	const help = drawHelp(drawing, width);
	const room = Math.max(1, height - head.length - said.length - form.length);
	// The explanation gives way before the choices do, unless it was asked for.
	const spare = room - drawing.choices.length - drawDescription(drawing, {width, height: 0}).length;
	const forHelp = drawing.explains ? help.length : Math.max(0, Math.min(help.length, 4, spare));
	const size = {width, height: Math.min(room, Math.max(3, room - forHelp))};
	const description = drawDescription(drawing, size);
	const list = drawChoices(drawing, {width, height: Math.max(1, size.height - description.length)});
	const rows = [...head, ...list, ...description, ...form, ...said, ...help].slice(0, height);
	return [...rows, ...Array.from({length: height - rows.length}, () => emptyLine)];
}

function drawFilter({decision, glyphs}: DecisionDrawing, filter: TextInput, width: number): Line {
	const own = decision.own === undefined ? '' : ', or something of your own';
	const hint = filter.text === '' ? toned('muted', `type to narrow the list${own}`) : '';
	return fitTo(line(toned('accent', '/ '), drawInput(filter, width - 2), hint), width, glyphs.ellipsis);
}

function drawChoices(drawing: DecisionDrawing, size: {width: number; height: number}): Line[] {
	const {choices, marked, filter, fields, glyphs} = drawing;
	const typed = filter === undefined ? [] : [drawFilter(drawing, filter, size.width)];
	if (choices.length === 0) return filter === undefined ? [] : [...typed, line(toned('muted', 'Nothing matches.'))];
	const isFilling = fields.some(({typed}) => typed !== undefined);
	if (areCards(drawing, size)) return [...typed, ...drawCards(drawing, size.width)];
	const entries = choices.map(({title, refused}) => ({
		title: cleanLine(title),
		disabled: refused && cleanLine(refused.message),
	}));
	const height = Math.max(1, Math.min(entries.length, size.height - typed.length));
	const list = drawList(entries, {...initialList, marked}, {width: size.width, height, glyphs});
	return [...typed, ...(isFilling ? list.map(row => row.map(({text}) => toned('muted', text))) : list)];
}

const mostCards = 5;

/** Few choices, each worth a sentence: all sentences are shown, not only the marked one's. */
function areCards({choices, filter, fields}: DecisionDrawing, {height}: {height: number}): boolean {
	const isFilling = fields.some(({typed}) => typed !== undefined);
	const areFew = choices.length > 1 && choices.length <= mostCards && choices.length * 3 <= height;
	return areFew && filter === undefined && !isFilling && choices.every(({description}) => description !== '');
}

function drawCards({choices, marked, glyphs}: DecisionDrawing, width: number): Line[] {
	return choices.flatMap(({title, description, refused}, index) => {
		const isMarked = index === marked;
		const name = line(
			toned('accent', isMarked ? `${glyphs.pointer} ` : '  '),
			toned(refused ? 'muted' : isMarked ? 'active' : 'title', cleanLine(title)),
			toned('muted', refused ? '  not possible' : ''),
		);
		const text = cleanLine(refused ? `${refused.message}. ${refused.hint}` : description);
		const whole = wrap(text, Math.max(10, width - 4));
		const shown = whole.length > 2 ? [whole[0] ?? '', `${whole[1]}${glyphs.ellipsis}`] : whole;
		const tone = refused && isMarked ? 'warning' : 'muted';
		return [
			fitTo(name, width, glyphs.ellipsis),
			...shown.map(row => fitTo(line('    ', toned(tone, row)), width, glyphs.ellipsis)),
			...(index < choices.length - 1 ? [emptyLine] : []),
		];
	});
}

/** Of the marked choice; cards say it themselves. */
function drawDescription(drawing: DecisionDrawing, size: {width: number; height: number}): Line[] {
	const {choices, marked, fields} = drawing;
	if (areCards(drawing, size)) return [];
	const {width} = size;
	const choice = choices[marked];
	if (choice === undefined || fields.some(({typed}) => typed !== undefined)) return [];
	const {description, refused} = choice;
	const text = refused ? `${refused.message}. ${refused.hint}` : description;
	return text === '' ? [] : [emptyLine, ...wrapped(cleanLine(text), width, refused ? 'warning' : 'muted')];
}

const leastBeside = 36;

/** The fields below each other; where the room beside the titles is small, the one that is typed has a row of its own. */
function drawFields({fields, suggestions, glyphs}: DecisionDrawing, width: number): Line[] {
	if (fields.length === 0) return [];
	const column = Math.max(...fields.map(({title}) => title.length)) + 2;
	const beside = width - column - 2;
	return [
		...fields.flatMap(({title, value, typed, remark}) => {
			const name = line(
				toned('accent', typed ? `${glyphs.pointer} ` : '  '),
				toned(typed ? 'title' : 'plain', title.padEnd(column)),
			);
			const about = remark
				? wrapped(cleanLine(remark), Math.max(10, width - 4), 'muted').map(row => line('    ', row))
				: [];
			if (typed === undefined) return [line(name, toned('muted', cleanLine(value))), ...about];
			const input =
				beside >= leastBeside
					? [line(name, drawInput(typed, beside))]
					: [name, line('    ', drawInput(typed, Math.max(1, width - 4)))];
			return [
				...input,
				...about,
				...suggestions.slice(0, 5).map(text => line('    ', toned('muted', cleanLine(text)))),
			];
		}),
		emptyLine,
	];
}

function drawHelp({decision: {help}, explains}: DecisionDrawing, width: number): Line[] {
	const part = (title: string, text: string) => (text === '' ? [] : labelled(title, text, width));
	const what = [emptyLine, ...wrapped(help.what, width, 'muted')];
	if (!explains) return [...what, ...wrapped(help.why, width, 'muted')];
	return [...what, ...part('Why', help.why), ...part('Safe', help.safe), ...part('Breaks', help.breaks)];
}

const labelled = (label: string, text: string, width: number): Line[] =>
	wrap(`${label}: ${text}`, width).map((row, index) =>
		index === 0
			? line(toned('accent', `${label}:`), toned('muted', row.slice(label.length + 1)))
			: line(toned('muted', row)),
	);
