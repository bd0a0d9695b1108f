import {groups} from '../../settings/field-types.ts';
import {fields} from '../../settings/fields.ts';
import {cleanLine} from '../../text/ansi.ts';
import {type SettingRow, valuesOf} from '../../wizard/settings-list.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import type {Glyphs} from '../glyphs.ts';
import {groupHeading} from '../group-heading.ts';
import {windowStart} from '../list-state.ts';
import {emptyLine, fitTo, type Line, line, selected, spread, toned, wrappedIn} from '../styled-text.ts';
import {drawInput, inputOf, type TextInput} from '../text-input.ts';

/** A value that is being changed: one of a few is marked, or text is typed. */
export type Editing = {kind: 'choosing'; marked: number} | {kind: 'typing'; typed: TextInput};

type Where = {width: number; glyphs: Glyphs};

/** The settings around the marked one, under the headings of their groups, in exactly this many rows. */
export function drawSettings(
	rows: readonly SettingRow[],
	{marked, editing, height, ...where}: Where & {marked: number; editing?: Editing; height: number},
): Line[] {
	const headingOf = ({group}: SettingRow) => groupHeading(groups[group], where);
	const lines: {drawn: Line; row: SettingRow}[] = [];
	let at = 0;
	for (const [index, row] of rows.entries()) {
		if (row.group !== rows[index - 1]?.group) lines.push({drawn: headingOf(row), row});
		const isMarked = index === marked;
		if (isMarked) at = lines.length;
		lines.push({drawn: drawRow(row, {...where, isMarked, editing: isMarked ? editing : undefined}), row});
	}
	const start = windowStart(at, lines.length, height);
	const [first, ...others] = lines.slice(start, start + height);
	// The group of what is in sight, also where its heading is not.
	const shown = first === undefined ? [] : [headingOf(first.row), ...others.map(({drawn}) => drawn)];
	return [...shown, ...Array.from({length: Math.max(0, height - shown.length)}, () => emptyLine)];
}

const leastForOrigin = 90;
const originColumn = 30;

function drawRow(row: SettingRow, o: Where & {isMarked: boolean; editing?: Editing}): Line {
	const {width, glyphs, isMarked, editing} = o;
	const titleColumn = Math.min(36, Math.floor(width / 2));
	const remark =
		row.remark?.severity === 'error' ? glyphs.fail : row.remark?.severity === 'warning' ? glyphs.warn : ' ';
	const before = line(
		toned('accent', isMarked ? `${glyphs.pointer} ` : '  '),
		toned(row.remark?.severity === 'error' ? 'bad' : 'warning', `${row.isChanged ? glyphs.bullet : ' '}${remark} `),
		fitTo(line(row.title), titleColumn, glyphs.ellipsis),
		' ',
	);
	const origin = row.from !== 'default' && width >= leastForOrigin ? cleanLine(row.from) : '';
	const room = Math.max(8, width - titleColumn - 6 - (origin === '' ? 0 : originColumn));
	const value =
		editing?.kind === 'typing'
			? drawInput(editing.typed, room)
			: editing?.kind === 'choosing'
				? line(toned('accent', `${glyphs.up}${glyphs.down} `), valuesOf(row.key)[editing.marked]?.title ?? '')
				: line(toned(row.isChanged ? 'plain' : 'muted', cleanLine(row.value) || '(empty)'));
	const from = origin === '' ? emptyLine : fitTo(line(toned('muted', origin)), originColumn - 1, glyphs.ellipsis);
	const drawn = spread(line(before, fitTo(value, room, glyphs.ellipsis)), from, width, glyphs.ellipsis);
	return isMarked && editing === undefined ? selected(drawn) : drawn;
}

/** What the marked setting is, where its value comes from, and what is wrong with it. */
export function drawAbout(row: SettingRow, state: WizardState, {width, glyphs}: Where): Line[] {
	const {help} = fields[row.key];
	const problem = state.problem?.key === row.key ? state.problem : row.remark;
	const tone = state.problem?.key === row.key || row.remark?.severity === 'error' ? 'bad' : 'warning';
	return [
		emptyLine,
		line(toned('accent', row.name), toned('muted', `   ${cleanLine(row.from)}`)),
		...wrappedIn(2, `${help.what} ${help.why}`, {width, tone: 'muted', ellipsis: glyphs.ellipsis}),
		...(problem === undefined
			? []
			: wrappedIn(
					2,
					`${tone === 'bad' ? glyphs.fail : glyphs.warn} ${cleanLine(problem.message)}. ${cleanLine(problem.hint ?? '')}`,
					{width, tone, ellipsis: glyphs.ellipsis},
				)),
	];
}

/** What narrows the list, and how much it leaves. */
export function drawFilter(o: {
	filter?: TextInput;
	isFiltering: boolean;
	shown: number;
	all: number;
	width: number;
}): Line[] {
	if (o.filter === undefined && !o.isFiltering) return [];
	const count = toned('muted', `   ${o.shown} of ${o.all}`);
	return [line(toned('accent', '/ '), drawInput(o.filter ?? inputOf(''), Math.min(40, o.width - 12)), count)];
}
