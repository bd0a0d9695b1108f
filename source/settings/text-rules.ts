import {quote} from './field-kinds.ts';
import type {Parsed} from './field-types.ts';

export type Rule = (value: string) => Parsed<string>;

// What bash (`source .arg`), godotenv and our own settings.env all read as the same literal without quotes.
const plainText = /^[A-Za-z0-9._\-/:@%+,=]*$/;
// What may additionally stand in a URL; single quotes keep it literal for bash and godotenv alike.
const urlText = /^[A-Za-z0-9._\-/:@%+,=?&~#[\]!*]*$/;

/** Letters, digits and `. _ - / : @ % + , =`, not starting with a dash: safe in `.arg` and as a program's argument. */
export const plain: Rule = value => {
	const bad = [...value].find(character => !plainText.test(character));
	if (bad !== undefined) {
		return {
			problem: `${quote(value)} contains ${nameOf(bad)}, which CanvOS's build script would run as shell code or read differently`,
			hint: 'Use letters, digits and . _ - / : @ % + , = only.',
		};
	}
	// Everything ends up as an argument of some program, where a leading dash is an option.
	if (value.startsWith('-')) return {problem: `${quote(value)} starts with a dash`, hint: 'Remove the leading dash.'};
	return {value};
};

/** Plain text of a certain form. `what` completes "… is not" and may give an example. */
export const matching =
	(pattern: RegExp, what: string, hint?: string): Rule =>
	value => {
		const safe = plain(value);
		if ('problem' in safe) return safe;
		return pattern.test(value) ? safe : {problem: `${value ? quote(value) : 'an empty value'} is not ${what}`, hint};
	};

/** Takes the empty text as well, which means "not given". */
export const optional =
	(rule: Rule): Rule =>
	value =>
		value === '' ? {value} : rule(value);

/** A comma-separated list; blanks around its items and empty items are dropped. */
export const listOf =
	(rule: Rule): Rule =>
	value => {
		const items = value
			.split(',')
			.map(item => item.trim())
			.filter(Boolean);
		for (const item of items) {
			const judged = rule(item);
			if ('problem' in judged) return judged;
		}
		return {value: items.join(',')};
	};

/** An http or https address. May carry credentials, which everything that shows it masks. */
export const httpUrl: Rule = value => {
	const bad = [...value].find(character => !urlText.test(character));
	if (bad !== undefined) {
		return {problem: `the address contains ${nameOf(bad)}`, hint: 'Percent-encode it: for example a blank as %20.'};
	}
	if (!/^https?:\/\//.test(value)) {
		// Not quoted: what stands here may be credentials.
		return {problem: 'the address does not start with http:// or https://'};
	}
	if (!URL.canParse(value) || new URL(value).hostname === '')
		return {problem: 'the address has no host that could be read'};
	return {value};
};

/** `HOST[:PORT][/NAMESPACE]` without scheme; the host of an image reference. */
export const registry: Rule = value => {
	if (/^[a-z]+:\/\//i.test(value)) {
		return {problem: `${quote(value)} has a scheme`, hint: `Write ${quote(value.replace(/^[a-z]+:\/\//i, ''))}.`};
	}
	if (value.endsWith('/')) {
		return {problem: `${quote(value)} ends in a slash`, hint: `Write ${quote(value.replace(/\/+$/, ''))}.`};
	}
	return matching(
		/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/,
		'a registry such as ghcr.io/acme or registry.local:5000',
		'Host, perhaps a port, perhaps lower-case path components.',
	)(value);
};

/** A path inside a folder that a build copies: relative, without `..`. */
export const relativePath: Rule = value => {
	const safe = matching(/^[^/].*$/, 'a relative path')(value);
	if ('value' in safe && value.split('/').includes('..')) return {problem: `${quote(value)} leaves its folder by ..`};
	return safe;
};

/** A path on this machine, never written into a shell: only control characters are refused. */
export const hostPath: Rule = value => {
	const bad = [...value].find(isControl);
	if (bad !== undefined) return {problem: `the path contains ${nameOf(bad)}`};
	return value.startsWith('-') ? {problem: `${quote(value)} starts with a dash`, hint: `Write ./${value}.`} : {value};
};

/** 64 hexadecimal digits. */
export const sha256: Rule = value =>
	matching(/^[0-9a-fA-F]{64}$/, 'a SHA-256 checksum of 64 hexadecimal digits')(value.toLowerCase());

/** The base name of a path or URL, without query. */
export const baseName = (pathOrUrl: string) => pathOrUrl.replace(/[?#].*$/, '').replace(/^.*\//, '');

export const isUrl = (value: string) => /^https?:\/\//.test(value);

const isControl = (character: string) => character < ' ' || character === '\u007F';

const nameOf = (character: string) => {
	if (character === ' ') return 'a blank';
	if (character === '\n') return 'a line break';
	if (character === '\t') return 'a tab';
	return isControl(character) ? 'a control character' : quote(character);
};
