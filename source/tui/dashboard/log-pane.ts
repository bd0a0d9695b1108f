import type {LogLine} from '../../pipeline/kept-log-lines.ts';
import type {StepState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatDuration} from '../../text/durations.ts';
import {counted} from '../../text/phrases.ts';
import {type Line, line, type Tone, toned, wrap, wrapped} from '../styled-text.ts';
import {currentStep, quietMsOf} from './current-step.ts';
import type {DashboardView} from './dashboard-state.ts';
import {highlighted, isErrorLine, matches} from './log-search.ts';
import type {DrawPane} from './pane-drawing.ts';

/** The newest lines of the step's log, or those the person scrolled to; never more than fit. */
export const drawLog: DrawPane = ({snapshot, view, glyphs}, {width, height}) => {
	const step = shownStep(snapshot.state, view);
	if (step === undefined) return {rows: []};
	const {lines, dropped} = snapshot.linesOf(step.id);
	// Who sees how long a step has been silent neither wonders for nothing nor kills a build that works.
	const quietMs = quietMsOf(snapshot.state, step);
	const quiet = quietMs >= 30_000 ? `quiet for ${formatDuration(quietMs)}` : undefined;
	if (lines.length === 0) return {rows: emptyLog(step, width), remark: quiet};
	const searching = view.typing !== undefined;
	const room = Math.max(1, height - (searching ? 1 : 0));
	const shown = visibleLines(lines, {dropped, top: view.top, room, width, wraps: view.wrap});
	const rows = shown.rows.map(({text, index}) =>
		drawLine(text, lines[index - dropped], index === view.mark, view.query),
	);
	if (searching) {
		while (rows.length < room) rows.push([]);
		rows.push(line(toned('active', `/${view.typing}`), toned('selected', ' ')));
	}
	const below = dropped + lines.length - shown.end;
	return {
		rows,
		remark:
			view.top !== undefined && below > 0
				? `${counted(below, 'new line')} below ${glyphs.down}`
				: view.query !== undefined
					? `${counted(lines.filter(({text}) => matches(text, view.query ?? '')).length, 'match', 'matches')} for "${view.query}"`
					: (quiet ?? counted(dropped + lines.length, 'line')),
	};
};

/** The step whose log is shown: the one chosen by hand, else the current one. */
export const shownStep = (state: Parameters<typeof currentStep>[0], {step}: DashboardView): StepState | undefined =>
	state.steps.find(({id}) => id === step) ?? currentStep(state);

type Visible = {text: string; index: number};

/** The rows for these lines: from `top` on, or the last ones where `top` is undefined. `end` is the line after the last. */
export function visibleLines(
	lines: readonly LogLine[],
	o: {dropped: number; top?: number; room: number; width: number; wraps: boolean},
): {rows: Visible[]; end: number} {
	const rowsOf = (index: number): Visible[] => {
		const text = cleanLine(lines[index]?.text ?? '');
		return (o.wraps ? wrap(text, o.width) : [text]).map(row => ({text: row, index: index + o.dropped}));
	};
	const rows: Visible[] = [];
	if (o.top === undefined) {
		for (let index = lines.length - 1; index >= 0 && rows.length < o.room; index--) rows.unshift(...rowsOf(index));
		return {rows: rows.slice(-o.room), end: o.dropped + lines.length};
	}
	// Lines that left the ring since the person scrolled cannot be shown any more.
	let index = Math.min(Math.max(0, o.top - o.dropped), Math.max(0, lines.length - 1));
	for (; index < lines.length && rows.length < o.room; index++) rows.push(...rowsOf(index));
	return {rows: rows.slice(0, o.room), end: o.dropped + index};
}

function drawLine(text: string, of: LogLine | undefined, marked: boolean, query: string | undefined): Line {
	const tone = toneOf(text, of);
	if (marked) return line(toned('selected', text === '' ? ' ' : text));
	return query === undefined ? line(toned(tone, text)) : highlighted(text, query, tone);
}

const toneOf = (text: string, of: LogLine | undefined): Tone =>
	of?.stream === 'note' ? 'accent' : isErrorLine(text) ? 'bad' : 'plain';

function emptyLog({phase, skip}: StepState, width: number): Line[] {
	if (phase.kind === 'finished' && phase.outcome.kind === 'skipped') {
		return wrapped(`Skipped: ${cleanLine(phase.outcome.reason)}`, width, 'muted');
	}
	if (phase.kind === 'waiting') {
		return wrapped(
			skip === undefined ? 'Waits for the steps before it.' : `Not needed: ${cleanLine(skip)}`,
			width,
			'muted',
		);
	}
	return wrapped(phase.kind === 'running' ? 'Nothing printed yet.' : 'Nothing was printed.', width, 'muted');
}
