import {commandText} from '../text/shell-words.ts';
import {emptyLine, type Line, line, toned, wrapped} from './styled-text.ts';

/** A question with yes and no; `explanation` tells what yes does. */
export function yesNo(question: string, explanation: string | readonly Line[], width: number): Line[] {
	const inside = Math.max(20, Math.min(64, width - 6));
	return [
		...wrapped(question, inside, 'title'),
		emptyLine,
		...(typeof explanation === 'string' ? wrapped(explanation, inside) : explanation),
		emptyLine,
		line(toned('accent', 'y'), ' yes   ', toned('accent', 'n'), ' no'),
	];
}

/** Commands as rows of a question. */
export const commandRows = (commands: readonly (readonly string[])[], width: number): Line[] =>
	commands.flatMap(command => wrapped(`$ ${commandText(command)}`, Math.max(20, Math.min(72, width - 6)), 'active'));
