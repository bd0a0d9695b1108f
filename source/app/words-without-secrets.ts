import {fieldList} from '../settings/fields.ts';

/** A command line whose secrets are in the environment instead: everybody on this machine can read the former. */
export function wordsWithoutSecrets(given: readonly string[]): {words: string[]; secrets: Record<string, string>} {
	const words: string[] = [];
	const secrets: Record<string, string> = {};
	const secretFields = fieldList.filter(({secret, notFromEnvironment}) => secret && !notFromEnvironment);
	for (let at = 0; at < given.length; at++) {
		const word = given[at] ?? '';
		const [, name = '', value] = /^(--[^=]+|[A-Z][A-Z0-9_]*)(?:=(.*))?$/s.exec(word) ?? [];
		const field = secretFields.find(
			field => name === `--${field.flag}` || (name === field.name && value !== undefined),
		);
		if (field) secrets[field.name] = value ?? given[++at] ?? '';
		else words.push(word);
	}
	return {words, secrets};
}
