import type {RunComparison} from '../app/actions.ts';
import type {Invocation} from '../app/invocation.ts';
import {inWords} from '../app/run-comparison.ts';
import {differenceOfRuns} from '../app/run-difference.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';

/** `edge-builder runs diff A B`: settings, versions, times of the steps, and what was made. */
export async function runsDiff(invocation: Invocation, before: string, after: string): Promise<ExitCode> {
	const difference = await differenceOfRuns(invocation, before, after);
	if (invocation.output === 'json') invocation.printJson(difference);
	else invocation.print(`${linesOf(inWords(difference)).join('\n')}\n`);
	return exitCodes.done;
}

function linesOf({before, after, settings, steps, artifacts}: RunComparison): string[] {
	return [
		`Before  ${before}`,
		`After   ${after}`,
		...(settings.length === 0 ? ['Settings are the same.'] : ['Settings', ...inColumns(settings)]),
		'Steps',
		...inColumns(steps),
		...(artifacts.length === 0
			? ['What they made is the same.']
			: ['What they made', ...artifacts.map(({title, before, after}) => `  ${title}: ${before} → ${after}`)]),
	];
}

function inColumns(rows: RunComparison['steps']): string[] {
	const width = Math.max(0, ...rows.map(({title}) => title.length));
	return rows.map(({title, before, after}) => `  ${title.padEnd(width)}  ${before} → ${after}`);
}
