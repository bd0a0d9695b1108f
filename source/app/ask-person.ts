import {createAsker, Interrupted} from '../prompts/asker.ts';
import {printable} from '../text/ansi.ts';
import type {Invocation} from './invocation.ts';
import type {Person} from './readiness/make-ready.ts';

/**
 * Asks for a yes. `--yes` agrees beforehand; without a terminal, and when the signal aborts, the answer is no. Enter alone
 * gives `offered`.
 */
export async function ask(
	{yes, stdin, stdout, stderr, env}: Invocation,
	message: string,
	{offered = false, signal}: {offered?: boolean; signal?: AbortSignal} = {},
): Promise<boolean> {
	if (yes) return true;
	if (!stdin.isTTY || !stdout.isTTY) return false;
	try {
		const asker = createAsker({input: stdin, output: stderr, signal}, {dumb: env.TERM === 'dumb'});
		return await asker.yesNo(printable(message), offered);
	} catch (error) {
		// Ctrl-C and a closed terminal are a no.
		if (error instanceof Interrupted) return false;
		throw error;
	}
}

/** Who may agree, without screens: `--yes` has, whoever sits at the terminal is asked, and else nobody can be. */
export function personOf(invocation: Invocation): Person {
	const {stdin, stdout, tell, yes} = invocation;
	const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
	return {
		...((yes || isTerminal) && {
			agrees({purpose, commands}, signal) {
				if (!yes)
					tell(`To be ready this machine needs:\n${commands.map(command => `  ${command.join(' ')}\n`).join('')}`);
				return ask(invocation, `${purpose.replace(/^./, letter => letter.toUpperCase())}?`, {offered: true, signal});
			},
		}),
		...(isTerminal && {lend: work => work()}),
	};
}
