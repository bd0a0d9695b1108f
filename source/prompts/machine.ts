import type {CheckResult, Verdict} from '../pipeline/events.ts';
import {cleanLine} from '../text/ansi.ts';
import {commandText} from '../text/shell-words.ts';
import type {Doing, Tools} from './doing.ts';

/** Says what a build needs of this machine, and offers to mend what commands can mend. */
export const checkMachine: Doing = async ({asker, actions}) => {
	asker.say('Checking this machine.');
	const results = await actions.doctor({
		onResult: result => asker.say(...resultLines(result)),
		signal: new AbortController().signal,
	});
	const count = (wanted: Verdict) => results.filter(({verdict}) => verdict === wanted).length;
	asker.say(`${results.length} checks: ${count('fail')} failed, ${count('warn')} with a warning.`);
	await fixAfterAsking({asker, actions}, results, 'These commands would fix it');
	return undefined;
};

/** Shows the commands that would mend what these checks found, and runs them after a yes. @returns whether it said yes */
export async function fixAfterAsking(
	{asker, actions}: Pick<Tools, 'asker' | 'actions'>,
	results: readonly CheckResult[],
	title: string,
): Promise<boolean> {
	const commands = actions.fixCommands(results);
	if (commands.length === 0) return false;
	asker.say(`${title}:`, ...commands.map(command => `  $ ${commandText(command)}`));
	const isAgreed = await asker.yesNo('Run them now?', false);
	if (isAgreed) await actions.applyFixes(results);
	return isAgreed;
}

const verdictWords: Record<Verdict, string> = {pass: 'ok', warn: 'warning', fail: 'FAILED', skip: 'skipped'};

const resultLines = ({title, verdict, detail, hint}: CheckResult): string[] => [
	`${verdictWords[verdict]}: ${cleanLine(title)}${detail ? `, ${cleanLine(detail)}` : ''}`,
	...(hint && (verdict === 'fail' || verdict === 'warn') ? [`  ${cleanLine(hint)}`] : []),
];
