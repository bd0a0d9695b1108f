import {confirm} from '@inquirer/prompts';
import type {Invocation} from './invocation.ts';

/** Asks for a yes. `--yes` agrees beforehand; without a terminal the answer is no. */
export const ask = async ({yes, stdin, stdout, stderr}: Invocation, message: string): Promise<boolean> => {
	if (yes) return true;
	if (!stdin.isTTY || !stdout.isTTY) return false;
	try {
		return await confirm({message, default: false}, {input: stdin, output: stderr});
	} catch (error) {
		// Ctrl-C and a closed terminal are a no.
		if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name)) return false;
		throw error;
	}
};
