import {stripVTControlCharacters} from 'node:util';
import {type FactName, probeFacts} from './probe-script.ts';

/** What was found out, as text, by name. */
export type ProbeFacts = Readonly<Record<FactName, string>>;

/** What a probe said. `problem` says why it can't be trusted as a whole: cut off, or lines lost. */
export type ProbeAnswer = {facts: Readonly<Partial<ProbeFacts>>; problem?: string};

/** Reads the lines of one probe out of whatever surrounds them: prompts, echoes, escape sequences, other lines. */
export function readProbe(output: string, nonce: string): ProbeAnswer {
	const marker = `EB:${nonce}:`;
	const facts: Partial<Record<FactName, string>> = {};
	let printed = 0;
	let announced: string | undefined;
	for (const line of stripVTControlCharacters(output).replaceAll('\r', '').split('\n')) {
		const at = line.lastIndexOf(marker);
		if (at < 0) continue;
		const [name = '', ...value] = line.slice(at + marker.length).split('=');
		if (name === 'end') announced = value.join('=').trim();
		if (!isFact(name)) continue;
		printed++;
		facts[name] = value.join('=').trim();
	}
	const missing = probeFacts.filter(name => facts[name] === undefined);
	if (announced === undefined)
		return {facts, problem: `it did not come to its end (${printed} of ${probeFacts.length} answers)`};
	if (missing.length > 0) return {facts, problem: `no answer about ${missing.join(', ')}`};
	if (printed !== probeFacts.length || announced !== String(probeFacts.length)) {
		return {facts, problem: `${printed} answers came, ${announced} were announced, ${probeFacts.length} expected`};
	}
	return {facts};
}

const isFact = (name: string): name is FactName => (probeFacts as readonly string[]).includes(name);
