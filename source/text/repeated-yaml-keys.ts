import {type Document, isScalar, visit} from 'yaml';

/**
 * Where keys stand that a mapping has already. The parser's own look at them (`uniqueKeys`) compares each with each: minutes
 * for a hundred thousand, in which nothing else is done.
 */
export function repeatedKeys(document: Document): number[] {
	const found: number[] = [];
	visit(document, {
		Map(_, {items}) {
			const seen = new Set<unknown>();
			for (const {key} of items) {
				if (!isScalar(key)) continue;
				if (seen.has(key.value)) found.push(key.range?.[0] ?? 0);
				seen.add(key.value);
			}
		},
	});
	return found;
}

export const repeatedKeyMessage = 'Map keys must be unique';
