import {FixableError} from '../errors.ts';
import type {CheckResult} from '../pipeline/events.ts';

/**
 * Ends a step when any of its checks failed.
 * @throws {FixableError} with a sentence that names the failed ones.
 */
export const failOnFailedChecks = (
	results: readonly CheckResult[],
	{code, what, hint}: {code: string; what: string; hint?: string},
) => {
	const failed = results.filter(({verdict}) => verdict === 'fail');
	const [first] = failed;
	if (!first) return;
	const named = failed.slice(0, 3).map(({title, detail}) => (detail ? `${title} (${detail})` : title));
	const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : '';
	throw new FixableError(code, `${what}: ${named.join('; ')}${more}`, {
		hint: failed.length === 1 ? (first.hint ?? hint) : hint,
	});
};
