import {createAsker} from '../prompts/create-asker.ts';
import {Interrupted} from '../prompts/interrupted.ts';
import {fields} from '../settings/fields.ts';
import type {AskValue} from './actions.ts';
import {isLinear} from './ask-person.ts';
import type {Invocation} from './invocation.ts';

/** How a person at the terminal is asked for a value, without an echo; undefined where nobody can be. */
export function askAtTerminal(invocation: Invocation): AskValue | undefined {
	const {stdin, stdout, stderr, output} = invocation;
	if (!stdin.isTTY || !stdout.isTTY || output === 'json') return undefined;
	return async key => {
		const asker = createAsker({input: stdin, output: stderr}, {isLinear: isLinear(invocation)});
		const {question, name} = fields[key];
		try {
			return (await asker.secret(`${question} (${name})`)).trim();
		} catch (error) {
			throw error instanceof Interrupted ? new DOMException('Nothing was answered', 'AbortError') : error;
		}
	};
}
