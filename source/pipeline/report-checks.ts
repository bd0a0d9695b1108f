import {FixableError} from '../errors.ts';
import type {CheckResult} from './events.ts';
import type {Reporter} from './step.ts';

/** What is said when checks failed; their titles are put behind `what`. */
type Failure = {code: string; what: string; hint?: string};

/**
 * Reports the checks of a step, and ends it when any of them failed.
 * @throws {FixableError} with a sentence that names the failed ones.
 */
export function reportChecks(results: readonly CheckResult[], report: Pick<Reporter, 'check'>, failure: Failure): void {
	for (const result of results) report.check(result);
	endOnFailedChecks(results, failure);
}

/** The same for checks that were reported already. @throws {FixableError} */
export function endOnFailedChecks(results: readonly CheckResult[], {code, what, hint}: Failure): void {
	const failed = results.filter(({verdict}) => verdict === 'fail');
	const [first] = failed;
	if (!first) return;
	const named = failed.slice(0, 3).map(({title, detail}) => (detail ? `${title} (${detail})` : title));
	const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : '';
	throw new FixableError(code, `${what}: ${named.join('; ')}${more}`, {
		hint: failed.length === 1 ? (first.hint ?? hint) : hint,
	});
}
