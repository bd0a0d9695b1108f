import {emptyLine, type Line, line, toned, wrapped} from './lines.ts';

/** A question with yes and no; `explanation` tells what yes does. */
export const yesNo = (question: string, explanation: string | readonly Line[], width: number): Line[] => {
	const inside = Math.max(20, Math.min(64, width - 6));
	return [
		...wrapped(question, inside, 'title'),
		emptyLine,
		...(typeof explanation === 'string' ? wrapped(explanation, inside) : explanation),
		emptyLine,
		line(toned('accent', 'y'), ' yes   ', toned('accent', 'n'), ' no'),
	];
};
