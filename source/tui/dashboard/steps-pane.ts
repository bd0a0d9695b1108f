import type {StepState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatDuration} from '../../text/durations.ts';
import {percentOf} from '../../text/numbers.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, selected, spread, type Tone, textWidth, toned} from '../styled-text.ts';
import {currentStep} from './current-step.ts';
import type {Drawing, DrawPane} from './pane-drawing.ts';

/** All steps of the run: state in glyph and word, how long, why not. */
export const drawSteps: DrawPane = (drawing, {width}) => {
	const {snapshot, view} = drawing;
	const {steps} = snapshot.state;
	const chosen = view.step ?? currentStep(snapshot.state)?.id;
	const ended = steps.filter(({phase}) => phase.kind === 'finished').length;
	const rows = steps.map(step => {
		const row = drawStep(step, drawing, width);
		return view.focus === 'steps' && step.id === chosen ? selected(row) : row;
	});
	return {
		rows: rows.length === 0 ? [line(toned('muted', 'Planning…'))] : rows,
		remark: steps.length === 0 ? undefined : `${ended}/${steps.length}`,
		show: steps.findIndex(({id}) => id === chosen),
	};
};

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
	// The whole reason where it fits; the log of the step has it too.
	const reason = phase.outcome.kind === 'skipped' ? `skipped: ${cleanLine(phase.outcome.reason)}` : word;
	return line(toned(tone, textWidth(reason) + textWidth(stepName(step)) + 4 <= width ? reason : word));
}
