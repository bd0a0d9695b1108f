import {thousands} from './numbers.ts';

/** A number with its noun: `1 line`, `1,204 lines`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
	`${thousands(count)} ${count === 1 ? noun : plural}`;

/** A phrase as the beginning of a sentence. */
export const capitalised = (phrase: string): string => phrase.replace(/^./, letter => letter.toUpperCase());
