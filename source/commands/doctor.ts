import type {Builder} from '../builders/builder.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {CheckResult} from '../pipeline/events.ts';
import {countChecks, formatCheck} from '../reporters/words.ts';
import {hostChecks} from '../steps/check-host.ts';
import {applyFixes, fixesOf, formatCommand} from './apply-fixes.ts';
import {ask} from './ask.ts';
import {builderOf, otherBuilders} from './builders.ts';
import type {Invocation} from './invocation.ts';
import {loadSettings, withAnswers} from './load-settings.ts';

/** `edge-builder doctor`: every check at once, each with its verdict, why it matters and how to fix it. */
export const doctor = async (invocation: Invocation, {fix = false}: {fix?: boolean}): Promise<ExitCode> => {
	const {stdout, output} = invocation;
	const check = () => checkMachine(invocation);
	let results = await check();
	if (fix) {
		const commands = fixesOf(results);
		if (commands.length > 0) {
			stdout.write(`${output === 'json' ? '' : `${describe(results)}\n\n`}`);
			const shown = commands.map(command => `  ${formatCommand(command, invocation.host)}`).join('\n');
			invocation.stderr.write(`To fix what can be fixed, this would run:\n${shown}\n`);
			if (await ask(invocation, 'Run it?')) {
				await applyFixes(invocation, commands);
				results = await check();
			} else {
				invocation.stderr.write('Nothing was changed. Say --yes to run it without being asked.\n');
			}
		}
	}
	stdout.write(output === 'json' ? `${JSON.stringify({checks: results})}\n` : `${describe(results)}\n`);
	return results.some(({verdict}) => verdict === 'fail') ? exitCodes.host : exitCodes.done;
};

/**
 * All checks for the builder of these settings, the smoke test's included, and for the other builder too: what fails
 * there is a warning, because the chosen one can do without. `onResult` hears of them in groups.
 */
export const checkMachine = async (
	invocation: Invocation,
	{signal, onResult}: {signal?: AbortSignal; onResult?(result: CheckResult): void} = {},
): Promise<CheckResult[]> => {
	const {settings} = await loadSettings(invocation);
	const chosen = builderOf(settings);
	const groups = await Promise.all([
		hostChecks(chosen, {...invocation, settings, signal, smokeTest: true, onResult}),
		...otherBuilders(chosen).map(builder => checksOfOther(invocation, builder, {signal, onResult})),
	]);
	return groups.flat();
};

const checksOfOther = async (
	invocation: Invocation,
	builder: Builder,
	{signal, onResult}: {signal?: AbortSignal; onResult?(result: CheckResult): void},
) => {
	const {settings} = await loadSettings(withAnswers(invocation, {builder: builder.id}));
	const results = await builder.hostChecks({...invocation, settings, signal, smokeTest: false});
	return results.map(result => {
		const told: CheckResult = {
			...result,
			id: `${builder.id}:${result.id}`,
			title: `${builder.title}: ${result.title}`,
			verdict: result.verdict === 'fail' ? 'warn' : result.verdict,
			// `--fix` mends what the chosen builder needs.
			fix: undefined,
		};
		onResult?.(told);
		return told;
	});
};

const describe = (results: readonly CheckResult[]) =>
	[
		...results.flatMap(result => {
			const {verdict, why, hint, fix} = result;
			if (verdict === 'pass' || verdict === 'skip') return [formatCheck(result)];
			return [
				formatCheck(result),
				...(why ? [`    ${why}`] : []),
				...(hint ? [`    → ${hint}`] : []),
				...(fix ? [`    ${fix.join(' ')}`] : []),
			];
		}),
		countChecks(results),
	].join('\n');
