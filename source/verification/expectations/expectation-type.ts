import type {Verdict} from '../../pipeline/events.ts';
import type {ProbeFacts} from '../probe/probe-answer.ts';
import type {FactName} from '../probe/probe-script.ts';

/** A container of the provider image, or the live system that the ISO boots. */
export type Where = 'image' | 'live';

export type Judgement = {verdict: Verdict; detail?: string; hint?: string};

/** One thing that must hold in an image or in the booted system. */
export type Expectation = {
	id: string;
	title: string;
	/** Why it matters. */
	why: string;
	/** What to try when it fails. */
	hint?: string;
	/** The facts it looks at; without any of them it fails. */
	needs: readonly FactName[];
	verdictOn(facts: ProbeFacts): Judgement;
};

/** The three judgements, each with what was found. */
export const pass = (detail?: string): Judgement => ({verdict: 'pass', detail});
export const warn = (detail: string, hint?: string): Judgement => ({verdict: 'warn', detail, hint});
export const fail = (detail: string, hint?: string): Judgement => ({verdict: 'fail', detail, hint});

/** The fact is exactly this text. */
export const equals = (fact: FactName, wanted: string) => (facts: ProbeFacts) =>
	facts[fact] === wanted ? pass(wanted) : fail(`${facts[fact] || 'nothing'}, not ${wanted}`);

/** The fact is one of the spellings of "not there". */
export const isAbsent = (fact: FactName) => (facts: ProbeFacts) =>
	['', 'absent', 'none', '0'].includes(facts[fact]) ? pass('absent') : fail(`present: ${shortened(facts[fact])}`);

/** The words of a fact. */
export const words = (text: string) => text.split(/[\s;]+/).filter(Boolean);

/** At most so much that it fits on a line. */
export const shortened = (text: string, length = 80) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
