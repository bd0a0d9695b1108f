import type {UsualTime} from '../../pipeline/events.ts';
import type {StepState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatDuration, formatSpan} from '../../text/durations.ts';
import {percentOf} from '../../text/numbers.ts';
import type {Glyphs} from '../glyphs.ts';
import {fitTo, type Line, line, selected, spread, type Tone, textWidth, toned, wrappedIn} from '../styled-text.ts';
import {currentStep, quietMsOf} from './current-step.ts';
import type {Drawing, DrawPane} from './pane-drawing.ts';

/** All steps of the run: state in glyph and word, how long, why not. */
export const drawSteps: DrawPane = (drawing, {width}) => {
	const {snapshot, view} = drawing;
	const {steps} = snapshot.state;
	const chosen = view.step ?? currentStep(snapshot.state)?.id;
	const ended = steps.filter(({phase}) => phase.kind === 'finished').length;
	const rows: Line[] = [];
	let show = 0;
	let before: string | undefined;
	for (const step of steps) {
		const isChosen = view.focus === 'steps' && step.id === chosen;
		if (step.id === chosen) show = rows.length;
		const row = drawStep(step, drawing, width);
		rows.push(isChosen ? selected(row) : row);
		// One failure is the reason of all that comes after it.
		const isSaid = !isChosen && reasonOf(step) === before;
		if (!isSaid) rows.push(...reasonRows(step, drawing, {width, isWhole: isChosen}));
		rows.push(...expectationRows(step, drawing, width));
		before = reasonOf(step);
	}
	return {
		rows: rows.length === 0 ? [line(toned('muted', 'Planning…'))] : rows,
		remark: steps.length === 0 ? undefined : `${ended}/${steps.length}`,
		show,
	};
};

/** Why a step did not do its work, where there is no room beside its name: in one row, or whole. */
function reasonRows(step: StepState, {glyphs}: Drawing, {width, isWhole}: {width: number; isWhole: boolean}): Line[] {
	const reason = reasonOf(step);
	const isWaiting = step.phase.kind === 'waiting';
	if (reason === undefined || (isWaiting ? !isWhole : fitsBeside(step, reason, width))) return [];
	const room = {width: Math.max(1, width - 2), tone: 'muted', ellipsis: glyphs.ellipsis} as const;
	return wrappedIn(isWhole ? Infinity : 1, reason, room).map(row => line('  ', row));
}

/** What to expect of a step that runs and tells no share itself: silence that is nothing new, and how long it takes. */
function expectationRows(step: StepState, {snapshot: {state}, glyphs}: Drawing, width: number): Line[] {
	if (step.phase.kind !== 'running') return [];
	const usual = state.usual[step.id];
	const quietMs = quietMsOf(state, step);
	const text = quietMs >= 60_000 ? quietWords(quietMs, usual) : step.progress?.total ? undefined : usualWords(usual);
	return text === undefined ? [] : [fitTo(line(toned('muted', `  ${text}`)), width, glyphs.ellipsis)];
}

const quietWords = (quietMs: number, usual: UsualTime | undefined) =>
	`quiet for ${formatDuration(quietMs)}${usual?.silenceMs ? `, usually up to ${formatDuration(usual.silenceMs)}` : ''}`;

// What takes a moment needs no forecast.
const usualWords = (usual: UsualTime | undefined) =>
	usual === undefined || usual.mostMs < 10_000 ? undefined : `usually ${formatSpan(usual.leastMs, usual.mostMs)}`;

function reasonOf({phase, skip}: StepState): string | undefined {
	if (phase.kind === 'waiting') return skip && cleanLine(skip);
	if (phase.kind !== 'finished') return undefined;
	if (phase.outcome.kind === 'skipped') return cleanLine(phase.outcome.reason);
	return phase.outcome.kind === 'failed' ? cleanLine(phase.outcome.failure.message) : undefined;
}

const fitsBeside = (step: StepState, reason: string, width: number) =>
	textWidth(stepName(step)) + textWidth(`skipped: ${reason}`) + 4 <= width;

/** Name of a step in the form that its state asks for. */
export const stepName = ({phase, title, done}: StepState): string =>
	phase.kind === 'finished' && phase.outcome.kind === 'done' ? done : title;

/** Glyph and word for the state of a step. */
export function stepMark(step: StepState, {glyphs, frame}: {glyphs: Glyphs; frame: number}): [string, string, Tone] {
	if (step.phase.kind === 'waiting') {
		return step.skip === undefined ? [glyphs.waiting, 'waiting', 'muted'] : [glyphs.skip, 'not needed', 'muted'];
	}
	if (step.phase.kind === 'running') return [glyphs.spinner[frame % glyphs.spinner.length] ?? '', 'running', 'active'];
	return {
		done: [glyphs.pass, 'done', 'good'],
		skipped: [glyphs.skip, 'skipped', 'muted'],
		failed: [glyphs.fail, 'FAILED', 'bad'],
		cancelled: [glyphs.cancelled, 'cancelled', 'warning'],
	}[step.phase.outcome.kind] as [string, string, Tone];
}

function drawStep(step: StepState, drawing: Drawing, width: number): Line {
	const [glyph, word, tone] = stepMark(step, drawing);
	const name = toned(tone === 'good' ? 'plain' : tone, stepName(step));
	return spread(
		line(toned(tone, glyph), ' ', name),
		rightOf(step, {word, tone, width}, drawing),
		width,
		drawing.glyphs.ellipsis,
	);
}

function rightOf(
	step: StepState,
	{word, tone, width}: {word: string; tone: Tone; width: number},
	{snapshot}: Drawing,
): Line {
	const {phase, progress} = step;
	if (phase.kind === 'waiting') {
		// In a narrow pane the name says more than the word, and the glyph says the same.
		return width < 34 && step.skip === undefined ? [] : line(toned('muted', word));
	}
	if (phase.kind === 'running') {
		const share = progress?.total ? `${percentOf(progress.done, progress.total)}% ` : '';
		return line(toned('active', `${share}${formatDuration(snapshot.state.now - phase.startedAt)}`));
	}
	if (phase.outcome.kind === 'done') {
		return line(toned('muted', phase.startedAt === undefined ? word : formatDuration(phase.endedAt - phase.startedAt)));
	}
	const reason = phase.outcome.kind === 'skipped' ? reasonOf(step) : undefined;
	return line(toned(tone, reason && fitsBeside(step, reason, width) ? `skipped: ${reason}` : word));
}
