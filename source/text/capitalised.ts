/** A phrase as the beginning of a sentence. */
export const capitalised = (phrase: string): string => phrase.replace(/^./, letter => letter.toUpperCase());
