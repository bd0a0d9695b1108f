import type {Asker} from './asker.ts';
import {Interrupted} from './interrupted.ts';

/** Prints numbered things and takes the numbers of those that are meant; none after Enter alone, and where nobody answers. */
export async function chooseSeveral<T>(
	asker: Asker,
	things: readonly {name: string; value: T}[],
): Promise<readonly T[]> {
	asker.say(...things.map(({name}, index) => `  ${index + 1}. ${name}`));
	try {
		for (;;) {
			const words = (await asker.text('Numbers of what shall be removed, or "all"; Enter for nothing'))
				.split(/[\s,]+/)
				.filter(Boolean);
			const chosen = words.length === 1 && words[0] === 'all' ? things : words.map(word => things[Number(word) - 1]);
			const known = chosen.filter(thing => thing !== undefined);
			if (known.length === chosen.length) return [...new Set(known)].map(({value}) => value);
			asker.say(`Answer with numbers from 1 to ${things.length}, with blanks between them.`);
		}
	} catch (error) {
		if (error instanceof Interrupted) return [];
		throw error;
	}
}
