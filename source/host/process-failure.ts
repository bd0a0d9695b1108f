import {existsSync} from 'node:fs';
import {FixableError, ToolError} from '../errors.ts';
import {ownCommand} from '../own-command.ts';

/** What is told of the call of a program. */
type Called = {program: string; what?: string; cwd?: string; hint?: string; log?: string; timeoutMs?: number};

type Ending = {
	/** Of the error when it could not be started: `ENOENT`. */
	code?: string;
	exitCode?: number;
	signal?: string;
	timedOut: boolean;
	lastLines: readonly string[];
};

/** The error for a program that could not be started or did not end well. */
export function processFailure(called: Called, ending: Ending): FixableError | ToolError {
	const {program, what = program, cwd, hint, log} = called;
	if (ending.code === 'ENOENT') {
		return cwd !== undefined && !existsSync(cwd)
			? new FixableError('folder-missing', `${what}: the folder ${cwd} does not exist`, {cause: ending})
			: new FixableError('program-missing', `${program} is not installed`, {
					hint: hint ?? `Run ${ownCommand('doctor --fix')} to install what is missing.`,
					exit: 'host',
					cause: ending,
				});
	}
	return new ToolError(program, `${what}: ${program} ${describe(ending, called)}`, {
		exitCode: ending.exitCode,
		killedBy: ending.signal,
		lastLines: ending.lastLines.filter(Boolean),
		hint,
		log,
		cause: ending,
	});
}

function describe({timedOut, signal, exitCode, code}: Ending, {timeoutMs = 0}: Called) {
	if (timedOut) return `did not end within ${Math.round(timeoutMs / 1000)} s`;
	if (signal !== undefined) return `was ended by ${signal}`;
	return exitCode === undefined
		? `could not be started (${code ?? 'unknown reason'})`
		: `failed with exit code ${exitCode}`;
}
