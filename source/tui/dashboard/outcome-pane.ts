import {artifactNames, type Failure} from '../../pipeline/events.ts';
import {failuresOf, type RunState} from '../../pipeline/run-state.ts';
import {comparedTimes, type StepTime} from '../../pipeline/step-times.ts';
import {cleanLine, cleanText} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatDuration} from '../../text/durations.ts';
import type {Glyphs} from '../glyphs.ts';
import {hintsOf} from '../key-help.ts';
import {emptyLine, hanging, type Line, line, toned, widthOf, wrap, wrapped} from '../styled-text.ts';
import type {Drawing, DrawPane} from './pane-drawing.ts';
import {timeRows} from './time-rows.ts';

/** How the run ended, what it made and how long its steps took, and, when it failed, why, what to do and where the log is. */
export const drawOutcome: DrawPane = (drawing, {width, height}) => {
	const rows = endRows(drawing, width);
	const room = Math.max(0, height - rows.length);
	return {rows: [...rows, ...timeRows(timesToTell(drawing), {width, room, glyphs: drawing.glyphs})]};
};

/** Rows that the pane would like to have; times take what is left of a third of the screen, and three rows at least. */
export function outcomeHeight(drawing: Drawing, width: number, screenRows: number): number {
	const rows = endRows(drawing, width).length;
	return rows + Math.min(timesToTell(drawing).length, Math.max(3, Math.floor(screenRows / 3) - rows));
}

const endRows = ({snapshot, glyphs, offers, retrying, wasKilled}: Drawing, width: number): Line[] => [
	...(wasKilled ? killedRows(width, glyphs) : outcomeRows(snapshot.state, width, glyphs)),
	...(offers ? offerRows(width, glyphs) : []),
	...(retrying === undefined ? [] : wrapped(cleanText(retrying), width, 'warning')),
];

// Who has to see to a failure, or stopped it all, doesn't ask how long the steps before took.
const timesToTell = ({snapshot: {state}}: Drawing): StepTime[] =>
	state.phase.kind === 'finished' && state.phase.outcome === 'passed' ? comparedTimes(state) : [];

/** What can be done about it, with the keys: those that fit into a row are in it. */
function offerRows(width: number, glyphs: Glyphs): Line[] {
	const rows: Line[] = [emptyLine];
	for (const [key, hint] of hintsOf('failed', glyphs)) {
		const part = line(toned('accent', key), ` ${hint}`);
		const last = rows.at(-1) ?? emptyLine;
		const joined = line(last, last.length === 0 ? '' : '   ', part);
		if (last.length > 0 && widthOf(joined) <= width) rows[rows.length - 1] = joined;
		else rows.push(part);
	}
	return rows;
}

/** How a run ended that couldn't tell it. */
const killedRows = (width: number, {warn, right}: Glyphs): Line[] => [
	...wrapped(`${warn} The process of this run ended without a word (killed?).`, width, 'warning'),
	...wrapped(`${right} The next start cleans up after it.`, width, 'accent'),
];

function outcomeRows(state: RunState, width: number, glyphs: Glyphs): Line[] {
	if (state.phase.kind !== 'finished') return [];
	const time = formatDuration(state.phase.endedAt - state.phase.startedAt);
	const label = state.run?.rehearsal
		? toned('rehearsal', ' REHEARSAL, with stand-ins for NVIDIA software')
		: toned('plain', '');
	const {outcome} = state.phase;
	if (outcome === 'passed') {
		return [line(toned('good', `${glyphs.pass} Passed`), ` in ${time}.`, label), ...artifactRows(state, width, glyphs)];
	}
	if (outcome === 'cancelled') {
		return [
			line(toned('warning', `${glyphs.cancelled} Cancelled`), ` after ${time}.`, label),
			...artifactRows(state, width, glyphs),
		];
	}
	const [first, ...others] = endingsOf(state);
	const at = first?.title === undefined ? '.' : `: ${first.title}`;
	return [
		...hanging(line(toned('bad', `${glyphs.fail} `)), `Failed after ${time}${at}`, width, 'title'),
		...(state.run?.rehearsal ? [line(label)] : []),
		...(first === undefined ? [] : failureRows(first.failure, state, {width, glyphs})),
		...others.flatMap(({title, failure}) => [
			...(title === undefined ? [] : wrapped(`${title}:`, width, 'title')),
			...failureRows(failure, state, {width, glyphs}),
		]),
	];
}

/** Cause and cure first: the rest may be below what there is room for. */
const failureRows = (
	{message, hint, log, document, source, lastLines = []}: Failure,
	{run}: RunState,
	{width, glyphs}: {width: number; glyphs: Glyphs},
): Line[] => [
	...wrapped(cleanText(message), width),
	...(hint === undefined ? [] : hanging(line(toned('accent', `${glyphs.arrow} `)), cleanText(hint), width, 'accent')),
	...(log === undefined ? [] : wrapped(`Log: ${pathFrom(run?.workspace, log)}`, width)),
	...(document === undefined ? [] : wrapped(`More: ${cleanLine(document)}`, width)),
	...(source === undefined ? [] : wrapped(`At ${cleanLine(source)}`, width, 'muted')),
	...lastRows(lastLines, width),
];

const endingsOf = (state: RunState) => [
	...failuresOf(state).map(({step, failure}) => ({title: step.title, failure})),
	...(state.phase.kind === 'finished' && state.phase.failure ? [{title: undefined, failure: state.phase.failure}] : []),
];

/** Programs say at the end of their last line what went wrong, so that one is shown whole. */
const lastRows = (lines: readonly string[], width: number): Line[] => [
	...lines.slice(-3, -1).map(text => line(toned('muted', `  ${cleanLine(text)}`))),
	...lines
		.slice(-1)
		.flatMap(text => wrapped(cleanLine(text), Math.max(1, width - 2), 'muted').map(row => line('  ', row))),
];

/** A path as a person in the workspace would write it. */
const pathFrom = (workspace: string | undefined, path: string) =>
	cleanLine(workspace !== undefined && path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path);

function artifactRows({steps, run}: RunState, width: number, {bullet}: Glyphs): Line[] {
	const artifacts = new Map(steps.flatMap(step => step.artifacts).map(artifact => [artifact.kind, artifact]));
	return [...artifacts.values()].flatMap(({kind, ref, bytes}) => {
		const name = line(toned('muted', `${bullet} ${artifactNames[kind]}  `));
		const where = pathFrom(run?.workspace, ref);
		const size = toned('muted', bytes === undefined ? '' : `  ${formatBytes(bytes)}`);
		const whole = line(name, where, size);
		if (widthOf(whole) <= width) return [whole];
		return [line(name, size), ...wrap(where, Math.max(1, width - 2)).map(row => line('  ', row))];
	});
}
