const program = process.env.npm_lifecycle_event === 'start' ? 'npm start --' : 'edge-builder';

/** The same as words. */
export const ownWords: readonly string[] = program.split(' ');

/**
 * A command of ours as this person can type it, in backticks for a sentence: with `npm start` in front where that is how
 * they called us, since the name alone is known only to those who linked it.
 * @param args For example `doctor --fix`.
 */
export const ownCommand = (args: string): string => `\`${program} ${args}\``;
