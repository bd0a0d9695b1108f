/** Where a preset says that a value is kept, instead of the value: in the environment, in a file, or with a person. */
export type Reference = {kind: 'env'; name: string} | {kind: 'file'; path: string} | {kind: 'prompt'};

/** What a reference led to. `note`: worth telling of the place. */
export type Referred = {value: string; note?: string} | {problem: string; hint?: string};

/** The reference that a value of a preset is: `env:NAME`, `file:PATH` or `prompt:`; undefined for a plain value. */
export function referenceIn(text: string): Reference | undefined {
	const [, kind, rest = ''] = /^(env|file|prompt):(.*)$/s.exec(text) ?? [];
	if (kind === 'env') return /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) ? {kind, name: rest} : undefined;
	// file:// begins an address.
	if (kind === 'file') return /^(?!\/\/)[^\s\p{Cc}][^\p{Cc}]*$/u.test(rest) ? {kind, path: rest} : undefined;
	return kind === 'prompt' && rest === '' ? {kind: 'prompt'} : undefined;
}

/** The same as a pattern, for editors. */
export const referencePattern = '^(env:[A-Za-z_][A-Za-z0-9_]*|file:(?!//)\\S.*|prompt:)$';
