import {fullInMs} from './disk-forecast.ts';
import {timeLeft} from './run-progress.ts';
import type {RunState} from './run-state.ts';

// Where nobody knows how long the build takes: longer than most do.
const farthestMs = 3_600_000;

/**
 * Milliseconds until this disk is full, where that may be before the run ends, or within an hour where nobody knows when
 * that will be; undefined otherwise, and once the run has ended.
 */
export function fullBeforeEndMs(state: RunState, path: string): number | undefined {
	if (state.phase.kind !== 'running') return undefined;
	const fullMs = fullInMs(state.fillings.get(path) ?? []);
	const leftMs = timeLeft(state)?.mostMs ?? farthestMs;
	return fullMs !== undefined && fullMs <= leftMs ? fullMs : undefined;
}
