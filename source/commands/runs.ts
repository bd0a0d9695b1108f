import type {Invocation} from '../app/invocation.ts';
import {openReplay} from '../app/open-run.ts';
import {holderOf, listRuns, type Place} from '../app/past-runs.ts';
import {eventsOf} from '../app/recorded-events.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {replay} from '../pipeline/replay.ts';
import {initialRunState, type RunState, reduceRun} from '../pipeline/run-state.ts';
import {closingSummary} from '../reporters/closing-summary.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {plainSink} from '../reporters/plain-lines.ts';
import {outputTo} from '../reporters/safe-output.ts';
import {runOnScreens} from '../run-on-screens.ts';
import {formatDay, formatDuration} from '../text/durations.ts';

/** `edge-builder runs list` */
export async function runsList(invocation: Invocation): Promise<ExitCode> {
	const runs = await listRuns(invocation);
	if (invocation.output === 'json') invocation.printJson({runs});
	else if (runs.length === 0) invocation.print('There is no run yet.\n');
	for (const {id, outcome, startedAt, tookMs} of invocation.output === 'json' ? [] : runs) {
		const took = tookMs === undefined ? '' : formatDuration(tookMs);
		invocation.print(`${glyphs[outcome]} ${outcome.padEnd(11)} ${formatDay(startedAt)}  ${took.padStart(8)}  ${id}\n`);
	}
	return exitCodes.done;
}

/** `edge-builder runs show ID`: its closing summary, rebuilt from its events. */
export async function runsShow(invocation: Invocation, id: string): Promise<ExitCode> {
	const events = await eventsOf(invocation, id, sentence => invocation.tell(`${sentence}\n`));
	const state = events.reduce(reduceRun, initialRunState);
	if (invocation.output === 'json') invocation.printJson(jsonOf(state));
	else invocation.print(`${await summaryOf(invocation, state)}\n`);
	return exitCodes.done;
}

/** `edge-builder runs replay ID`: played on screens, with the summary afterwards, or the same lines again as fast as they can be printed or at a pace. */
export async function runsReplay(invocation: Invocation, id: string, {pace}: {pace?: number}): Promise<ExitCode> {
	if (invocation.output === 'screens') {
		const opened = await openReplay(invocation, id, {speed: pace});
		return runOnScreens(invocation, {replay: opened, farewell: `${await summaryOf(invocation, opened.ending)}\n`});
	}
	const events = await eventsOf(invocation, id, sentence => invocation.tell(`${sentence}\n`));
	const output = outputTo(invocation.stdout);
	const sink = invocation.output === 'json' ? ndjsonSink(output) : plainSink(output, {quiet: invocation.quiet});
	await replay(events, [sink], {pace, sleep: milliseconds => invocation.host.sleep(milliseconds)});
	if (invocation.output !== 'json') {
		output.write(`${await summaryOf(invocation, events.reduce(reduceRun, initialRunState))}\n`);
	}
	await output.drain();
	return exitCodes.done;
}

const summaryOf = async (place: Place, state: RunState) =>
	closingSummary(state, {isAlive: (await holderOf(place))?.runId === state.run?.runId});

const glyphs = {passed: '✔', failed: '✖', cancelled: '■', running: '▶', interrupted: '!'} as const;

const jsonOf = ({run, phase, steps}: RunState) => ({
	run,
	phase,
	steps: steps.map(({id, phase: step, checks, artifacts}) => ({id, phase: step, checks, artifacts})),
});
