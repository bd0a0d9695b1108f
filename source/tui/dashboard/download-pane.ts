import type {StepState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes, formatRate} from '../../text/bytes.ts';
import {formatEta} from '../../text/durations.ts';
import {percentOf} from '../../text/numbers.ts';
import {bar, sparkline} from '../charts.ts';
import {type Line, line, spread, toned} from '../styled-text.ts';
import type {DrawPane} from './pane-drawing.ts';
import {hasMovedBytes} from './panes.ts';

/** Bytes that move: how many, how fast, how long yet. */
export const drawDownload: DrawPane = ({snapshot, glyphs}, {width}) => {
	const moving = snapshot.state.steps.filter(hasMovedBytes);
	const isDownload = ({id}: StepState) => id === 'fetch-firmware';
	const step = moving.findLast(({phase}) => phase.kind === 'running') ?? moving.find(isDownload) ?? moving.at(-1);
	if (step?.progress === undefined) return {rows: []};
	const {done, total, rate, label} = step.progress;
	const isRunning = step.phase.kind === 'running';
	const rows: Line[] = [
		spread(
			line(toned('plain', cleanLine(label ?? step.title))),
			total === undefined ? [] : line(toned('title', `${percentOf(done, total)}%`)),
			width,
			glyphs.ellipsis,
		),
		total === undefined ? [] : line(bar(done, total, width, glyphs, isRunning ? 'active' : 'good')),
		spread(
			line(total === undefined ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`),
			isRunning && rate !== undefined ? line(toned('accent', formatRate(rate))) : [],
			width,
			glyphs.ellipsis,
		),
	];
	const eta = isRunning ? (formatEta({done, total, rate}) ?? '') : endOf(step);
	const spark = sparkline(snapshot.rates, Math.max(0, width - eta.length - 1), glyphs);
	return {rows: [...rows, spread(line(toned('accent', spark)), line(toned('muted', eta)), width, glyphs.ellipsis)]};
};

const endOf = ({phase}: StepState) =>
	phase.kind === 'finished' && phase.outcome.kind === 'done' ? 'complete' : 'stopped';
