import type {CheckResult} from '../../pipeline/events.ts';
import type {Expectation} from '../expectations/expectation-type.ts';
import {type ProbeFacts, readProbe} from './probe-answer.ts';

/**
 * One verdict for each expectation, and first one for the probe itself. Never throws: what was not answered has
 * failed, and silence is never a pass.
 */
export function probeVerdicts(output: string, nonce: string, expected: readonly Expectation[]): CheckResult[] {
	const {facts, problem} = readProbe(output, nonce);
	return [
		probeItself(problem, Object.keys(facts).length),
		...expected.map(expectation => verdictOf(expectation, facts)),
	];
}

const probeItself = (problem: string | undefined, answers: number): CheckResult => ({
	id: 'probe',
	title: 'The probe answered',
	verdict: problem === undefined ? 'pass' : 'fail',
	detail: problem ?? `${answers} answers`,
	why: 'Checks without an answer would pass by silence.',
	...(problem !== undefined && {hint: 'See the log for where it stopped.'}),
});

function verdictOf(expectation: Expectation, facts: Readonly<Partial<ProbeFacts>>): CheckResult {
	const {id, title, why, hint, needs} = expectation;
	const missing = needs.filter(name => facts[name] === undefined);
	if (missing.length > 0) {
		return {id, title, why, verdict: 'fail', detail: `the probe said nothing about ${missing.join(', ')}`, hint};
	}
	const {verdict, detail, hint: special} = expectation.verdictOn(facts as ProbeFacts);
	return {id, title, why, verdict, detail, ...(verdict !== 'pass' && {hint: special ?? hint})};
}
