import type {CheckResult} from '../pipeline/events.ts';
import type {AppActions} from './app-actions.ts';
import {commandText} from './command-text.ts';

/** The commands to show before asking whether they may run; each once. */
export const fixCommandsOf = (
	{fixCommands}: Pick<AppActions, 'fixCommands'>,
	results: readonly CheckResult[],
): readonly (readonly string[])[] => {
	const commands = fixCommands?.(results) ?? results.flatMap(({fix}) => (fix ? [fix] : []));
	return [...new Map(commands.map(command => [commandText(command), command])).values()];
};

/** The checks among these that a command would fix. */
export const fixable = (results: readonly CheckResult[]): readonly CheckResult[] =>
	results.filter(({fix, verdict}) => fix !== undefined && (verdict === 'fail' || verdict === 'warn'));
