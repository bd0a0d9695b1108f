import type {Invocation} from '../app/invocation.ts';
import {differenceOfRuns, type RunDifference, type RunSide} from '../app/run-difference.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Artifact} from '../pipeline/events.ts';
import {formatBytes} from '../text/bytes.ts';
import {formatDuration} from '../text/durations.ts';
import {differenceLines} from './presets-difference.ts';

/** `edge-builder runs diff A B`: settings, versions, times of the steps, and what was made. */
export async function runsDiff(invocation: Invocation, before: string, after: string): Promise<ExitCode> {
	const difference = await differenceOfRuns(invocation, before, after);
	if (invocation.output === 'json') invocation.printJson(difference);
	else invocation.print(`${linesOf(difference).join('\n')}\n`);
	return exitCodes.done;
}

function linesOf({before, after, settings, steps, artifacts}: RunDifference): string[] {
	const width = Math.max(0, ...steps.map(({title}) => title.length));
	return [
		sideLine('Before', before),
		sideLine('After', after),
		...(settings.length === 0 ? ['Settings are the same.'] : ['Settings']),
		...differenceLines(settings.map(setting => ({...setting, follows: false}))),
		'Steps',
		...steps.map(step => `  ${step.title.padEnd(width)}  ${endText(step.before)} → ${endText(step.after)}`),
		...(artifacts.length === 0 ? ['What they made is the same.'] : ['What they made']),
		...artifacts.map(
			({title, before: one, after: other}) => `  ${title}: ${artifactText(one)} → ${artifactText(other)}`,
		),
	];
}

const sideLine = (name: string, {id, version, outcome, tookMs}: RunSide) =>
	`${name.padEnd(6)}  ${id}  ${outcome}${tookMs === undefined ? '' : `, ${formatDuration(tookMs)}`}, edge-builder ${version}`;

const endText = (end: RunDifference['steps'][number]['before']) =>
	end === undefined
		? 'not run'
		: [
				end.outcome === 'done' && end.tookMs !== undefined ? '' : end.outcome,
				end.tookMs === undefined ? '' : formatDuration(end.tookMs),
			]
				.filter(Boolean)
				.join(' after ');

const artifactText = (artifact: Artifact | undefined) =>
	artifact === undefined
		? 'nothing'
		: [
				artifact.ref,
				artifact.bytes === undefined ? '' : formatBytes(artifact.bytes),
				artifact.sha256 === undefined ? '' : `sha256 ${artifact.sha256.slice(0, 12)}…`,
			]
				.filter(Boolean)
				.join(', ');
