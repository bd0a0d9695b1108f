import {cleanLine} from './ansi.ts';

/** A command as one would type it in a shell: for reading and copying, never for running. */
export const commandText = (argv: readonly string[]): string => argv.map(quoted).join(' ');

const quoted = (word: string) =>
	/^[\w@%+=:,./-]+$/.test(word) ? word : `'${cleanLine(word).replaceAll("'", `'\\''`)}'`;
