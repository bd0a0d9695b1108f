import {execa} from 'execa';
import {launcher} from './launcher.ts';
import {cleanEnvironment} from './program.ts';

/** Runs `edge-builder` to its end without a terminal. `command` is what starts it otherwise: as another user, for example. */
export const runProgram = async (
	args: readonly string[],
	{
		cwd,
		env = {},
		timeoutMs = 60_000,
		command = [launcher],
	}: {cwd: string; env?: Record<string, string>; timeoutMs?: number; command?: readonly string[]},
): Promise<{exitCode: number; stdout: string; stderr: string}> => {
	const [file = '', ...before] = command;
	const {exitCode, stdout, stderr, timedOut} = await execa(file, [...before, ...args], {
		cwd,
		env: {...cleanEnvironment(), ...env},
		extendEnv: false,
		stdin: 'ignore',
		reject: false,
		timeout: timeoutMs,
		forceKillAfterDelay: 5000,
	});
	if (timedOut) throw new Error(`edge-builder ${args.join(' ')} did not end:\n${stdout}\n${stderr}`);
	return {exitCode: exitCode ?? -1, stdout, stderr};
};
