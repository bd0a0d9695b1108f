import {createInterface} from 'node:readline/promises';
import {confirm, input, password} from '@inquirer/prompts';
import {cleanText} from '../text/ansi.ts';

/** How questions are asked in lines, one below the other: nothing is drawn over, so it can be read aloud. */
export type Asker = {
	/** Prints whole lines. */
	say(...lines: readonly string[]): void;
	/** One line of text; Enter alone gives `offered`. */
	text(message: string, offered?: string): Promise<string>;
	/** The same without an echo. */
	secret(message: string): Promise<string>;
	yesNo(message: string, offered: boolean): Promise<boolean>;
};

/** Thrown by an asker when the person pressed Ctrl-C, the terminal is gone, or the signal aborted. */
export class Interrupted extends Error {
	override readonly name = 'Interrupted';
}

/** `signal`: takes back what is asked. */
type Streams = {input: NodeJS.ReadableStream; output: NodeJS.WritableStream; signal?: AbortSignal};

/** Asks with Inquirer; on a terminal that cannot even move its cursor, with bare lines. */
export const createAsker = (streams: Streams, {dumb}: {dumb: boolean}): Asker =>
	clean(dumb ? bareAsker(streams) : inquirer(streams));

// Names, notes and answers come from files and from elsewhere: none of them may move the cursor.
const clean = ({say, text, secret, yesNo}: Asker): Asker => ({
	say: (...lines) => say(...lines.map(cleanText)),
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

function bareAsker(streams: Streams): Asker {
	const say: Asker['say'] = (...lines) => void streams.output.write(`${lines.join('\n')}\n`);
	const text = async (message: string, offered = '') => {
		const lines = createInterface({...streams, terminal: false});
		const closed = new Promise<never>((_, reject) => lines.once('close', () => reject(new Interrupted())));
		try {
			const answer = lines.question(`${message}${offered === '' ? '' : ` (${offered})`}: `);
			return (await Promise.race([answer, closed])) || offered;
		} finally {
			lines.close();
		}
	};
	const yesNo = async (message: string, offered: boolean): Promise<boolean> => {
		const answer = (await text(`${message} [${offered ? 'Y/n' : 'y/N'}]`)).trim().toLowerCase();
		if (answer === '') return offered;
		if (/^(y|yes)$/.test(answer)) return true;
		return /^(n|no)$/.test(answer) ? false : yesNo(message, offered);
	};
	// Even a terminal that cannot move its cursor can be told not to echo.
	return {say, text, yesNo, secret: message => unlessInterrupted(password({message}, streams))};
}

async function unlessInterrupted<T>(answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof Error && /^(ExitPromptError|AbortPromptError)$/.test(error.name)) throw new Interrupted();
		throw error;
	}
}
