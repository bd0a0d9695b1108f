import {createAsker} from '../prompts/create-asker.ts';
import {Interrupted} from '../prompts/interrupted.ts';
import {printable} from '../text/ansi.ts';
import {capitalised} from '../text/phrases.ts';
import type {Invocation} from './invocation.ts';
import type {Person} from './readiness/make-ready.ts';

/**
 * Asks for a yes. `--yes` agrees beforehand; without a terminal, and when the signal aborts, the answer is no. Enter alone
 * gives `offered`.
 */
export async function ask(
	invocation: Invocation,
	message: string,
	{offered = false, signal}: {offered?: boolean; signal?: AbortSignal} = {},
): Promise<boolean> {
	const {yes, stdin, stdout, stderr} = invocation;
	if (yes) return true;
	if (!stdin.isTTY || !stdout.isTTY) return false;
	try {
		const asker = createAsker({input: stdin, output: stderr, signal}, {isLinear: isLinear(invocation)});
		return await asker.yesNo(printable(message), offered);
	} catch (error) {
		// Ctrl-C and a closed terminal are a no.
		if (error instanceof Interrupted) return false;
		throw error;
	}
}

/** Whether questions may only be lines: where lines were asked for, and where no escape sequence is welcome. */
export const isLinear = ({output, env}: Pick<Invocation, 'output' | 'env'>): boolean =>
	output !== 'screens' || Boolean(env.NO_COLOR);

/** Who may agree, without screens: `--yes` has, whoever sits at the terminal is asked, and else nobody can be. */
export function personOf(invocation: Invocation): Person {
	const {stdin, stdout, tell, yes} = invocation;
	const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
	return {
		...((yes || isTerminal) && {
			agrees({purpose, commands}, signal) {
				if (!yes)
					tell(`To be ready this machine needs:\n${commands.map(command => `  ${command.join(' ')}\n`).join('')}`);
				return ask(invocation, `${capitalised(purpose)}?`, {offered: true, signal});
			},
		}),
		...(isTerminal && {lend: work => work()}),
	};
}
