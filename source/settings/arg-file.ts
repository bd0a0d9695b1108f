import {FixableError} from '../errors.ts';
import {canvosArgumentsIn} from './canvos-arguments.ts';
import {fieldList} from './fields.ts';
import type {Settings} from './settings.ts';

/**
 * Text of CanvOS's `.arg`: the settings that its Earthfile knows, in the table's order, no secret among them.
 * The file is read twice, by bash (`source .arg`) and by Earthly's godotenv, so only what both read alike is written.
 * Empty settings are left out, because an empty argument replaces CanvOS's own default; proxies are written even when
 * empty, because the script would else take the caller's.
 * @throws {FixableError} for a value that cannot be represented
 */
export const argFile = (settings: Settings): string =>
	argEntries(settings)
		.map(([key, value]) => `${key}=${quoted(key, value)}\n`)
		.join('');

/** Keys and values of `.arg`, not quoted: the same build arguments for those who pass them as `--KEY=value`. */
export const argEntries = (settings: Settings): readonly (readonly [string, string])[] => [
	...fieldList.flatMap(({key, arg, secret}) => {
		if (arg === undefined || secret) return [];
		const value = String(settings[key]);
		return value === '' && !evenWhenEmpty.includes(arg) ? [] : [[arg, value] as const];
	}),
	...canvosArgumentsIn(settings.canvosArguments),
];

const evenWhenEmpty = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

function quoted(key: string, value: string) {
	// Nothing in this set means anything to either parser.
	if (/^[A-Za-z0-9._\-/:@%+,=]*$/.test(value)) return value;
	// Single quotes are the only quoting that means the same to both: nothing inside is special, and no single quote can be.
	if (/^[^'\p{Cc}]*$/u.test(value)) return `'${value}'`;
	throw new FixableError('arg-value', `${key} contains a character that CanvOS’s .arg file cannot carry`, {
		hint: 'Remove quotes and control characters from it.',
		exit: 'usage',
	});
}
