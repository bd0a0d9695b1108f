/** `k8sVersion` → `K8S_VERSION`. */
export const upperSnake = (key: string) => key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase();

/** `k8sVersion` → `k8s-version`. */
export const kebab = (key: string) => key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

/** The word of `known` that was most probably meant by `word`, or undefined when none is near. */
export const didYouMean = (word: string, known: Iterable<string>): string | undefined => {
	const wanted = bare(word);
	let best: {word: string; distance: number} | undefined;
	for (const candidate of known) {
		const distance = editDistance(wanted, bare(candidate));
		if (!best || distance < best.distance) best = {word: candidate, distance};
	}
	// One slip in three letters is a typing error; more is another word.
	return best && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.word : undefined;
};

const bare = (word: string) => word.toLowerCase().replace(/[-_]/g, '');

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
const editDistance = (a: string, b: string) => {
	let beforeLast: number[] = [];
	let last = Array.from({length: b.length + 1}, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1];
			const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			current[column] = Math.min(
				(last[column] ?? 0) + 1,
				(current[column - 1] ?? 0) + 1,
				(last[column - 1] ?? 0) + (same ? 0 : 1),
				swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
			);
		}
		beforeLast = last;
		last = current;
	}
	return last[b.length] ?? 0;
};
