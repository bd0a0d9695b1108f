import type {RunOutcome} from '../../pipeline/events.ts';
import {timeLeft} from '../../pipeline/run-progress.ts';
import type {RunState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatDuration, formatSpan} from '../../text/durations.ts';
import {bar} from '../charts.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, type Span, spread, type Tone, toned} from '../styled-text.ts';
import type {Drawing} from './pane-drawing.ts';
import {isAtEnd} from './replay-bar.ts';

/** Title of the dashboard: what is built, whether it is a rehearsal, how it goes and since when. */
export function drawHeader(
	{snapshot: {state}, glyphs, replay, player, isGoingOn = false, isStopping}: Drawing,
	{width, height}: {width: number; height: number},
): Line[] {
	const {run, phase, now} = state;
	const [word, tone] =
		isStopping && phase.kind === 'running' && (isGoingOn || !replay)
			? stopping[isGoingOn ? 'others' : 'own']
			: statusOf(phase, replay && !isGoingOn && (player === undefined || isAtEnd(player)));
	const since =
		phase.kind === 'not-started'
			? ''
			: ` ${formatDuration((phase.kind === 'finished' ? phase.endedAt : now) - phase.startedAt)}`;
	const first = spread(
		line(
			toned('title', ' edge-builder'),
			run?.rehearsal ? toned('rehearsal', '  REHEARSAL') : '',
			player?.isDemo ? toned('rehearsal', '  DEMO') : '',
			run ? `  ${cleanLine(run.preset)}` : '',
			toned('muted', whence({replay, player, isGoingOn})),
		),
		line(
			...progressOf(state, width, glyphs),
			toned(tone, word),
			since,
			isGoingOn && width < 100 ? '' : leftOf(state, width, glyphs),
			' ',
		),
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
}

/** How much is done: a bar where there is room for one, and always the figure. */
function progressOf({phase, share}: RunState, width: number, glyphs: Glyphs): Line {
	if (phase.kind !== 'running') return [];
	const figure = toned('accent', `${Math.floor(share * 100)}%  `);
	return width < 100 ? [figure] : line(bar(share, 1, 24, glyphs, 'accent'), ' ', figure);
}

/** How long it will still take; which step it is at, where that was never seen here. */
function leftOf(state: RunState, width: number, {separator}: Glyphs): Span | string {
	if (state.phase.kind !== 'running' || width < 76) return '';
	const left = timeLeft(state);
	const done = state.steps.filter(({phase}) => phase.kind === 'finished').length;
	const words = left
		? `about ${formatSpan(left.leastMs, left.mostMs)} left`
		: `step ${Math.min(done + 1, state.steps.length)} of ${state.steps.length}`;
	return toned('muted', ` ${separator} ${words}`);
}

// A demo is marked as that already.
function whence({replay, player, isGoingOn}: Pick<Drawing, 'replay' | 'player' | 'isGoingOn'>): string {
	if (isGoingOn) return '  in another terminal';
	if (!replay || player?.isDemo) return '';
	return player === undefined || isAtEnd(player) ? '  looking back' : '  replay';
}

const stopping: Record<'own' | 'others', [string, Tone]> = {
	own: ['Stopping, Ctrl-C not to wait', 'warning'],
	others: ['Stopping', 'warning'],
};

function statusOf(phase: RunState['phase'], replay: boolean): [string, Tone] {
	if (phase.kind === 'not-started') return ['Starting', 'active'];
	if (phase.kind === 'running') return replay ? ['Unfinished', 'warning'] : ['Running', 'active'];
	return outcomes[phase.outcome];
}

const outcomes: Record<RunOutcome, [string, Tone]> = {
	passed: ['Passed', 'good'],
	failed: ['Failed', 'bad'],
	cancelled: ['Cancelled', 'warning'],
};
