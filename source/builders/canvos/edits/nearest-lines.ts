const shownLines = 3;
/** Below that, two lines have nothing to do with each other. */
const leastLikeness = 0.4;

/** The lines most like `wanted`, best first; `index` counts from 0. */
export const nearestLines = (wanted: string, lines: readonly string[]): {line: string; index: number}[] => {
	const pairs = pairsOf(wanted);
	return lines
		.map((line, index) => ({line, index, likeness: likeness(pairs, pairsOf(line))}))
		.filter(candidate => candidate.likeness >= leastLikeness)
		.toSorted((a, b) => b.likeness - a.likeness)
		.slice(0, shownLines)
		.map(({line, index}) => ({line, index}));
};

/** Sørensen and Dice: how many of their neighbouring letters two lines share, from 0 to 1. */
const likeness = (a: ReadonlySet<string>, b: ReadonlySet<string>) => {
	const shared = [...a].filter(pair => b.has(pair)).length;
	return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
};

const pairsOf = (line: string) => {
	const text = line.trim();
	return new Set(Array.from({length: Math.max(0, text.length - 1)}, (_, at) => text.slice(at, at + 2)));
};
