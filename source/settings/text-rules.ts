import {isUrl} from '../text/urls.ts';
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
		if ('problem' in safe) return hint === undefined ? safe : {...safe, hint};
		return pattern.test(value) ? safe : {problem: `${value ? quote(value) : 'an empty value'} is not ${what}`, hint};
	};

/** Takes the empty text as well, which means "not given". */
export const optional =
	(rule: Rule): Rule =>
	value =>
		value === '' ? {value} : rule(value);

/** A comma-separated list, or one separated otherwise; blanks around its items and empty items are dropped. */
export const listOf =
	(rule: Rule, separator: string | RegExp = ','): Rule =>
	value => {
		const items = value
			.split(separator)
			.map(item => item.trim())
			.filter(Boolean);
		const values: string[] = [];
		for (const item of items) {
			const judged = rule(item);
			if ('problem' in judged) return judged;
			values.push(judged.value);
		}
		return {value: values.join(',')};
	};

/** An http or https address. May carry credentials, which everything that shows it masks. */
export const httpUrl: Rule = value => {
	const bad = [...value].find(character => !urlText.test(character));
	if (bad !== undefined) {
		return {problem: `the address contains ${nameOf(bad)}`, hint: 'Percent-encode it: for example a blank as %20.'};
	}
	if (!isUrl(value)) {
		// Not quoted: what stands here may be credentials.
		return {problem: 'the address does not start with http:// or https://'};
	}
	if (!URL.canParse(value) || new URL(value).hostname === '')
		return {problem: 'the address has no host that could be read'};
	return {value};
};

/** A reference such as `registry.local:5000/edge/base:1.2` or `base@sha256:…`; it has no place for a password. */
export const imageReference: Rule = value => {
	const judged = matching(/^[a-z0-9][A-Za-z0-9._:/@-]*[A-Za-z0-9]$/, 'an image reference')(value);
	if ('problem' in judged || /^[^@]*(@sha256:[0-9a-f]{64})?$/.test(value)) return judged;
	return {
		problem: `${quote(value)} has something before an @ that is no image`,
		hint: 'Log in to the registry with docker login; only @sha256: and a digest may follow a name.',
	};
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
		/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*$/,
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
	return value.startsWith('-')
		? {problem: `${quote(value)} starts with a dash`, hint: `Write ${quote(`./${value}`)}.`}
		: {value};
};

/** 64 hexadecimal digits, also as GitHub (`sha256:…`), `sha256sum` (`…  file`) and BSD (`SHA256 (file) = …`) write them. */
export const sha256: Rule = value => {
	const [, own, bsd] =
		/^(?:(?:sha256:)?([0-9a-f]{64})(?:[ \t]+\*?[^\n]+)?|sha256 \([^\n]+\) = ([0-9a-f]{64}))$/i.exec(value) ?? [];
	const digits = own ?? bsd;
	return digits === undefined
		? {
				problem: `${quote(value)} is not a SHA-256 checksum`,
				hint: 'Write its 64 hexadecimal digits, or the line of sha256sum for this one file.',
			}
		: {value: digits.toLowerCase()};
};

/** The forms that {@link sha256} takes, for editors. */
export const sha256Pattern = '^((sha256:|SHA256:)?[0-9a-fA-F]{64}([ \\t]+.+)?|SHA256 \\(.+\\) = [0-9a-fA-F]{64})?$';

const isControl = (character: string) => character < ' ' || character === '\u007F';

function nameOf(character: string) {
	if (character === ' ') return 'a blank';
	if (character === '\n') return 'a line break';
	if (character === '\t') return 'a tab';
	return isControl(character) ? 'a control character' : quote(character);
}
