import {confirm, input, password} from '@inquirer/prompts';
import {cleanText} from '../text/ansi.ts';
import type {Asker, Streams} from './asker.ts';
import {bareAsker} from './bare-asker.ts';
import {Interrupted} from './interrupted.ts';

/** Asks with Inquirer, which draws over what it drew; `isLinear`: in bare lines. */
export const createAsker = (streams: Streams, {isLinear}: {isLinear: boolean}): Asker =>
	clean(isLinear ? bareAsker(streams) : inquirer(streams));

// Names, notes and answers come from files and from elsewhere: none of them may move the cursor.
const clean = ({say, text, secret, yesNo}: Asker): Asker => ({
	say(...lines) {
		if (lines.length > 0) say(...lines.map(cleanText));
	},
	text: (message, offered) => text(cleanText(message), offered === undefined ? undefined : cleanText(offered)),
	secret: message => secret(cleanText(message)),
	yesNo: (message, offered) => yesNo(cleanText(message), offered),
});

const inquirer = (streams: Streams): Asker => ({
	say: (...lines) => void streams.output.write(`${lines.join('\n')}\n`),
	text: (message, offered) => unlessInterrupted(input({message, default: offered}, streams)),
	secret: message => unlessInterrupted(password({message}, streams)),
	yesNo: (message, offered) => unlessInterrupted(confirm({message, default: offered}, streams)),
});

async function unlessInterrupted<T>(answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name)) throw new Interrupted();
		throw error;
	}
}
