import type {CheckResult} from '../pipeline/events.ts';
import type {Expectation} from './expectation.ts';
import {type Facts, readProbe} from './facts.ts';

/**
 * One verdict for each expectation, and first one for the probe itself. Never throws: what was not answered has
 * failed, and silence is never a pass.
 */
export const judgeProbe = (output: string, nonce: string, expected: readonly Expectation[]): CheckResult[] => {
	const {facts, problem} = readProbe(output, nonce);
	return [probeItself(problem, Object.keys(facts).length), ...expected.map(expectation => judged(expectation, facts))];
};

const probeItself = (problem: string | undefined, answers: number): CheckResult => ({
	id: 'probe',
	title: 'The probe answered',
	verdict: problem === undefined ? 'pass' : 'fail',
	detail: problem ?? `${answers} answers`,
	why: 'Checks without an answer would pass by silence.',
	...(problem !== undefined && {hint: 'See the log for where it stopped.'}),
});

const judged = (expectation: Expectation, facts: Readonly<Partial<Facts>>): CheckResult => {
	const {id, title, why, hint, needs} = expectation;
	const missing = needs.filter(name => facts[name] === undefined);
	if (missing.length > 0) {
		return {id, title, why, verdict: 'fail', detail: `the probe said nothing about ${missing.join(', ')}`, hint};
	}
	const {verdict, detail, hint: special} = expectation.judge(facts as Facts);
	return {id, title, why, verdict, detail, ...(verdict !== 'pass' && {hint: special ?? hint})};
};
