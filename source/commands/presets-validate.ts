import type {Invocation} from '../app/invocation.ts';
import {validatePresets} from '../app/preset-validation.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';

/** `edge-builder presets validate [NAME…]`: what would refuse a build of them, each by itself. */
export async function presetsValidate(invocation: Invocation, names: readonly string[]): Promise<ExitCode> {
	const verdicts = await validatePresets(invocation, names);
	if (invocation.output === 'json') invocation.printJson({presets: verdicts});
	for (const {name, wrong, told} of invocation.output === 'json' ? [] : verdicts) {
		invocation.print(`${wrong.length === 0 ? '✔' : '✖'} ${name}\n`);
		const lines = [...wrong.map(line => `✖ ${line}`), ...(invocation.quiet ? [] : told)];
		for (const line of lines) invocation.print(`  ${line.replaceAll('\n', '\n  ')}\n`);
	}
	return verdicts.some(({wrong}) => wrong.length > 0) ? exitCodes.usage : exitCodes.done;
}
