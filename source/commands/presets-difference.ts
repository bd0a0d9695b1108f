import type {Invocation} from '../app/invocation.ts';
import {presetDifference, type SettingDifference} from '../app/preset-difference.ts';
import {valueText} from '../app/run-comparison.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';

/** `edge-builder presets diff A B` */
export async function presetsDiff(invocation: Invocation, before: string, after: string): Promise<ExitCode> {
	const difference = await presetDifference(invocation, before, after);
	if (invocation.output === 'json') invocation.printJson({before, after, difference});
	else if (difference.length === 0) invocation.print(`${before} and ${after} build the same.\n`);
	else invocation.print(`${differenceLines(difference).join('\n')}\n`);
	return exitCodes.done;
}

/** Differing settings as lines, one each; what merely follows from the others is set apart. */
export function differenceLines(difference: readonly Omit<SettingDifference, 'key'>[]): string[] {
	const width = Math.max(...difference.map(({title}) => title.length));
	const lineOf = ({title, before, after}: Omit<SettingDifference, 'key'>) =>
		`  ${title.padEnd(width)}  ${valueText(before)} → ${valueText(after)}`;
	const follows = difference.filter(one => one.follows);
	return [
		...difference.filter(one => !one.follows).map(lineOf),
		...(follows.length > 0 ? ['What follows from these:', ...follows.map(lineOf)] : []),
	];
}
