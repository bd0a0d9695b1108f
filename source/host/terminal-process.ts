import {execa} from 'execa';
import {processFailure} from './process-failure.ts';

/**
 * Runs a program that talks to the person itself, such as sudo asking for a password: it has our terminal and stays in our
 * process group, so that Ctrl-C reaches it.
 * @throws as a program that `host.run` runs.
 */
export const runOnTerminal = async (
	command: {program: string; args: readonly string[]; what?: string; hint?: string},
	env: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
	const result = await execa(command.program, command.args, {env, extendEnv: false, stdio: 'inherit', reject: false});
	if (result.exitCode === 0) return;
	throw processFailure(command, {...result, timedOut: false, lastLines: []});
};
