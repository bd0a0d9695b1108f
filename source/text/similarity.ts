import {closest, distance} from 'fastest-levenshtein';

/** The word of `known` that was most probably meant by `word`, or undefined when none is near. Case, `-` and `_` don't count. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
	const wanted = bare(word);
	const byBare = new Map([...known].map(candidate => [bare(candidate), candidate]));
	if (byBare.size === 0) return undefined;
	const best = closest(wanted, [...byBare.keys()]);
	// One slip in three letters is a typing error (neighbours that changed places count as two); more is another word.
	const slips = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
	return distance(wanted, best) <= slips ? byBare.get(best) : undefined;
}

/** The lines that begin most like `wanted`, at most three, best first; `index` counts from 0. */
export function nearestLines(wanted: string, lines: readonly string[]): {line: string; index: number}[] {
	const text = wanted.trim();
	return lines
		.map((line, index) => ({line, index, likeness: likeness(text, line.trim().slice(0, text.length))}))
		.filter(candidate => candidate.likeness >= leastLikeness)
		.toSorted((a, b) => b.likeness - a.likeness)
		.slice(0, 3)
		.map(({line, index}) => ({line, index}));
}

/** Below that, two lines have nothing to do with each other. */
const leastLikeness = 0.5;

/** Which part of the longer text needs no change to become the other, from 0 to 1. */
const likeness = (a: string, b: string) =>
	a === '' || b === '' ? 0 : 1 - distance(a, b) / Math.max(a.length, b.length);

const bare = (word: string) => word.toLowerCase().replace(/[-_]/g, '');
