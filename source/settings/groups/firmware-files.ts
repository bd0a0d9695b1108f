import {baseName, isUrl} from '../../text/urls.ts';
import type {Settings} from '../settings.ts';
import {httpUrl, matching, plain, type Rule} from '../text-rules.ts';

/** What is to be said of the checksum of a firmware file. */
export const checksumHelp = (file: string) => ({
	what: `SHA-256 of ${file}, as digits, as sha256:… or as the line of sha256sum; empty when you have none.`,
	why: 'With it, a wrong or damaged download stops before the build; without it, the first download is trusted.',
	safe: 'The checksum that NVIDIA shows beside the download.',
	breaks: 'A checksum of another file refuses the right one.',
});

/** Stand-ins carry a version number even where the real repository is asked for `latest`. */
export const standInVersion = (docaVersion: Settings['docaVersion']) =>
	/^\d/.test(docaVersion) ? docaVersion : '3.2.1';

/** Whether that is a path: a bare name is looked for in redist/, and fetched where it isn't there. */
export function isOwnPath(value: string) {
	return !isUrl(value) && value.includes('/');
}

/** A bare file name with that ending. */
export function fileNamed(ending: string): Rule {
	return value => {
		const safe = matching(/^[^/:@%=,]+$/, `a file name ending in ${ending}`)(value);
		if ('problem' in safe) return safe;
		return value.endsWith(ending) && value.length > ending.length
			? safe
			: {problem: `${value} does not end in ${ending}`};
	};
}

/** A path or an address whose file has that ending. */
export function fileOrUrl(ending: string): Rule {
	return value => {
		const judged = isUrl(value) ? httpUrl(value) : plain(value);
		if ('problem' in judged) return judged;
		if (!baseName(value).endsWith(ending)) return {problem: `the name of the file does not end in ${ending}`};
		if (!isUrl(value) && /^[a-z]+:\/\//i.test(value)) {
			return {problem: 'the address does not start with http:// or https://', hint: 'Write the scheme in lower case.'};
		}
		return judged;
	};
}
