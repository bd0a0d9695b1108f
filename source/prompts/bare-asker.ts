import {cleanLine} from '../text/ansi.ts';
import type {Asker, Streams} from './asker.ts';
import {createLineReader} from './line-reader.ts';

/**
 * Asks in lines that only ever go on: no escape sequence, nothing drawn over, no echo of our own. A screen reader reads it
 * in order, and any terminal shows it.
 */
export function bareAsker({input, output, signal}: Streams): Asker {
	const readLine = createLineReader(input);
	const say: Asker['say'] = (...lines) => void output.write(`${lines.join('\n')}\n`);
	const text = async (message: string, offered = '') => {
		output.write(
			`${message}${offered === '' ? '' : ` (${offered})`}${message.endsWith('?') && offered === '' ? ' ' : ': '}`,
		);
		// Arrow keys leave sequences in a line that the terminal edits by itself.
		return cleanLine(await readLine({signal})) || offered;
	};
	const yesNo = async (message: string, offered: boolean): Promise<boolean> => {
		const answer = (await text(`${message} [${offered ? 'Y/n' : 'y/N'}]`)).trim().toLowerCase();
		if (answer === '') return offered;
		if (/^(y|yes)$/.test(answer)) return true;
		if (/^(n|no)$/.test(answer)) return false;
		say('Answer yes or no.');
		return yesNo(message, offered);
	};
	const secret = async (message: string) => {
		// The echo is off before anybody can begin to type.
		const line = readLine({isSilent: true, signal});
		output.write(`${message} (it is not shown while you type): `);
		try {
			return cleanLine(await line);
		} finally {
			output.write('\n');
		}
	};
	return {say, text, yesNo, secret};
}
