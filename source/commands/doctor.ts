import {ask, isLinear} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {loadReadableSettings} from '../app/load-settings.ts';
import {applyFixes, fixRunOf} from '../app/readiness/apply-fixes.ts';
import {checkMachine} from '../app/readiness/check-machine.ts';
import {commandOf, fixesOf} from '../app/readiness/fixes.ts';
import {allComplaints} from '../app/settings-complaints.ts';
import {untilInterrupted} from '../app/until-interrupted.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {CheckResult} from '../pipeline/events.ts';
import {countChecks, formatCheck} from '../reporters/format-checks.ts';

/**
 * `edge-builder doctor`: every check at once, each with its verdict, why it matters and how to fix it; then what does not
 * fit together in the settings.
 * @throws {FixableError} `settings` (exit 2) when values can't be read: it would check for another build than was asked.
 */
export async function doctor(invocation: Invocation, {fix = false}: {fix?: boolean}): Promise<ExitCode> {
	const {print, printJson, output} = invocation;
	const complaints = allComplaints(await loadReadableSettings(invocation));
	const check = () => whileTelling(invocation, 'Checking this machine', () => checkMachine(invocation));
	let results = await check();
	if (fix) {
		const commands = fixesOf(results);
		if (commands.length > 0) {
			if (output !== 'json') print(`${describe(results)}\n\n`);
			const shown = commands.map(command => `  ${commandOf(command, invocation.host).join(' ')}`).join('\n');
			invocation.tell(`To fix what can be fixed, this would run:\n${shown}\n`);
			if (await ask(invocation, 'Run it?')) {
				await untilInterrupted(invocation, signal => applyFixes({...fixRunOf(invocation), signal}, commands));
				results = await check();
			} else {
				invocation.tell('Nothing was changed. Say --yes to run it without being asked.\n');
			}
		}
	}
	if (output === 'json') printJson({checks: results, complaints});
	else {
		print(`${describe(results)}\n`);
		for (const {place, message, hint} of complaints) print(`✖ ${place}: ${message}${hint ? `\n    → ${hint}` : ''}\n`);
	}
	if (results.some(({verdict}) => verdict === 'fail')) return exitCodes.host;
	return complaints.length > 0 ? exitCodes.usage : exitCodes.done;
}

/** Does work that takes seconds; on a terminal that may be drawn over, something turns meanwhile. */
async function whileTelling<T>(invocation: Invocation, text: string, work: () => Promise<T>): Promise<T> {
	const {stderr, quiet} = invocation;
	if (!stderr.isTTY || quiet || isLinear(invocation)) return work();
	const {default: ora} = await import('ora');
	const waiting = ora({text, stream: process.stderr, discardStdin: false}).start();
	try {
		return await work();
	} finally {
		waiting.stop();
	}
}

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
