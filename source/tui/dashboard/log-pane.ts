import type {LogLine} from '../../pipeline/kept-log-lines.ts';
import type {StepState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatClock, formatDuration} from '../../text/durations.ts';
import {counted} from '../../text/phrases.ts';
import {partOfSpans, printedSpans} from '../../text/printed-colours.ts';
import {type Line, line, type Tone, toned, wrap, wrapped} from '../styled-text.ts';
import {currentStep, quietMsOf} from './current-step.ts';
import type {DashboardView} from './dashboard-view.ts';
import {filterName} from './log-filter.ts';
import {numberAt, placeOf, type ShownLog, shownLog} from './log-lines.ts';
import {highlighted, isErrorLine, matches} from './log-search.ts';
import type {DrawPane} from './pane-drawing.ts';

/** The newest lines of the step's log, or those the person scrolled to; never more than fit. */
export const drawLog: DrawPane = ({snapshot, view, glyphs}, {width, height}) => {
	const {state} = snapshot;
	const step = shownStep(state, view);
	if (step === undefined) return {rows: []};
	const log = shownLog(snapshot.linesOf(step.id), view.filter);
	// Who sees how long a step has been silent neither wonders for nothing nor kills a build that works.
	const quietMs = quietMsOf(state, step);
	const quiet = quietMs >= 30_000 ? `quiet for ${formatDuration(quietMs)}` : undefined;
	const filtered = view.filter === undefined ? undefined : `only ${filterName(view.filter)}`;
	if (log.lines.length === 0) return {rows: emptyLog(step, width), remark: view.said ?? filtered ?? quiet};
	const searching = view.typing !== undefined;
	const room = Math.max(1, height - (searching ? 1 : 0));
	const stamp = (at: number) => stampOf(at, view.times, step);
	const shown = visibleLines(log, {
		top: view.top,
		room,
		width: width - stamp(state.now).length,
		wraps: view.wrap,
	});
	const rows = shown.rows.map(row => {
		const {place, isFirst} = row;
		const drawn = drawLine(row, log.lines[place], numberAt(log, place) === view.mark, view.query);
		const times = stamp(log.lines[place]?.at ?? 0);
		return times === '' ? drawn : line(toned('muted', isFirst ? times : ' '.repeat(times.length)), drawn);
	});
	if (searching) {
		while (rows.length < room) rows.push([]);
		rows.push(line(toned('active', `/${view.typing}`), toned('selected', ' ')));
	}
	const below = log.lines.length - shown.end;
	const total = counted(log.numbers === undefined ? log.dropped + log.lines.length : log.lines.length, 'line');
	return {
		rows,
		remark:
			view.said ??
			(view.query !== undefined
				? `${countMatches(log, view.query, view.mark)} for "${view.query}"`
				: view.top !== undefined && below > 0
					? `${counted(below, 'new line')} below ${glyphs.down}`
					: filtered
						? `${total}, ${filtered}`
						: (quiet ?? total)),
	};
};

/** `3 of 17`, or how many there are where none of them is marked. */
function countMatches(log: ShownLog, query: string, mark: number | undefined): string {
	const places = log.lines.flatMap(({text}, place) => (matches(text, query) ? [place] : []));
	const at = mark === undefined ? -1 : places.indexOf(placeOf(log, mark));
	return at < 0 ? counted(places.length, 'match', 'matches') : `${at + 1} of ${places.length}`;
}

/** When a line came, as the person wants to see it. */
function stampOf(at: number, times: DashboardView['times'], {phase}: StepState): string {
	if (times === undefined || phase.kind === 'waiting') return '';
	if (times === 'clock') return `${formatClock(at)} `;
	return `+${formatDuration(at - (phase.startedAt ?? at))} `.padStart(9);
}

/** The lines in sight as they were printed; a wrapped one is one line again. */
export function linesInSight(log: ShownLog, view: DashboardView, size: {room: number; width: number}): string[] {
	const {rows} = visibleLines(log, {...size, top: view.top, wraps: view.wrap});
	return [...new Set(rows.map(({place}) => place))].map(place => cleanLine(log.lines[place]?.text ?? ''));
}

/** The step whose log is shown: the one chosen by hand, else the current one. */
export const shownStep = (state: Parameters<typeof currentStep>[0], {step}: DashboardView): StepState | undefined =>
	state.steps.find(({id}) => id === step) ?? currentStep(state);

type Visible = {
	text: string;
	place: number;
	isFirst: boolean;
	/** Where the text begins in its line. */
	start: number;
};

/** The rows for these lines: from the one with the number `top` on, or the last ones. `end` is the place after the last. */
export function visibleLines(
	log: ShownLog,
	{top, room, width, wraps}: {top?: number; room: number; width: number; wraps: boolean},
): {rows: Visible[]; end: number} {
	const {lines} = log;
	const rowsOf = (place: number): Visible[] => {
		const text = cleanLine(lines[place]?.text ?? '');
		let end = 0;
		return (wraps ? wrap(text, width) : [text]).map((row, index) => {
			const start = text.indexOf(row, end);
			end = start + row.length;
			return {text: row, place, isFirst: index === 0, start};
		});
	};
	const rows: Visible[] = [];
	if (top === undefined) {
		for (let place = lines.length - 1; place >= 0 && rows.length < room; place--) rows.unshift(...rowsOf(place));
		return {rows: rows.slice(-room), end: lines.length};
	}
	// Lines that left the ring since the person scrolled cannot be shown any more.
	let place = Math.min(placeOf(log, top), Math.max(0, lines.length - 1));
	for (; place < lines.length && rows.length < room; place++) rows.push(...rowsOf(place));
	return {rows: rows.slice(0, room), end: place};
}

function drawLine({text, start}: Visible, of: LogLine | undefined, marked: boolean, query: string | undefined): Line {
	const tone = toneOf(text, of);
	if (marked) return line(toned('selected', text === '' ? ' ' : text));
	if (query !== undefined) return highlighted(text, query, tone);
	const printed = tone === 'plain' ? printedSpans(of?.text ?? '') : undefined;
	if (printed === undefined) return line(toned(tone, text));
	return partOfSpans(printed, start, text.length).map(({text, look}) =>
		toned(look === '' ? 'plain' : `printed ${look}`, text),
	);
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
