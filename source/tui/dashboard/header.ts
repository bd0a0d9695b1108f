import {formatDuration} from '../../format.ts';
import type {RunState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../clean-text.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, spread, type Tone, toned} from '../lines.ts';

/** Title of the dashboard: what is built, whether it is a rehearsal, how it goes and since when. */
export const drawHeader = (
	{run, phase, now, steps}: RunState,
	{width, height, glyphs, replay}: {width: number; height: number; glyphs: Glyphs; replay: boolean},
): Line[] => {
	const [word, tone] = statusOf(phase);
	const since =
		phase.kind === 'not-started'
			? ''
			: ` ${formatDuration((phase.kind === 'finished' ? phase.endedAt : now) - phase.startedAt)}`;
	const done = steps.filter(step => step.phase.kind === 'finished').length;
	const count =
		phase.kind === 'running' && width >= 76
			? toned('muted', ` ${glyphs.separator} step ${Math.min(done + 1, steps.length)} of ${steps.length}`)
			: '';
	const first = spread(
		line(
			toned('title', ' edge-builder'),
			run?.rehearsal ? toned('rehearsal', '  REHEARSAL') : '',
			run ? `  ${cleanLine(run.preset)}` : '',
			toned('muted', replay ? '  looking back' : ''),
		),
		line(toned(tone, word), since, count, ' '),
		width,
		glyphs.ellipsis,
	);
	if (height < 2) return [first];
	const second = run
		? spread(
				line(toned('muted', ` ${cleanLine(run.imageReference)}`)),
				line(toned('muted', `${cleanLine(run.isoName)} `)),
				width,
				glyphs.ellipsis,
			)
		: [];
	return [first, second];
};

const statusOf = (phase: RunState['phase']): [string, Tone] => {
	if (phase.kind === 'not-started') return ['Starting', 'active'];
	if (phase.kind === 'running') return ['Running', 'active'];
	return ({passed: ['Passed', 'good'], failed: ['Failed', 'bad'], cancelled: ['Cancelled', 'warning']} as const)[
		phase.outcome
	] as unknown as [string, Tone];
};
