import {resolve} from 'node:path';
import {execa} from 'execa';
import {cleanEnvironment} from './program.ts';

/** The command as it is installed. */
export const launcher = resolve(import.meta.dirname, '../../tools/edge-builder');

/** Runs `edge-builder` to its end without a terminal. */
export const runProgram = async (
	args: readonly string[],
	{cwd, env = {}, timeoutMs = 20_000}: {cwd: string; env?: Record<string, string>; timeoutMs?: number},
): Promise<{exitCode: number; stdout: string; stderr: string}> => {
	const {exitCode, stdout, stderr, timedOut} = await execa(launcher, args, {
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
