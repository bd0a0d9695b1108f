import type {Facts} from '../compatibility/judge-settings.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import type {Answers, Layer, Resolved} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';

/** Few questions with everything else at its default, or all of them. */
export type Path = 'quick' | 'expert';

/** A question is about a setting, or one of the wizard's own. */
export type QuestionId = SettingKey | 'path' | 'review';

/** What the wizard knows: the compatibility facts, and releases that CanvOS has, once they are known. Grows while it runs. */
export type WizardFacts = Facts & {canvosReleases?: readonly string[]};

/** Everything the wizard knows. Plain data: whoever draws it needs nothing else. */
export type WizardState = {
	readonly machine: MachineFacts;
	readonly facts: WizardFacts;
	/** Values given before the wizard: flags, arguments, environment, preset. */
	readonly layers: readonly Layer[];
	readonly path: Path;
	/** Answers that differ from what would have counted without them. */
	readonly answers: Answers;
	/** What answers and layers come to: set together with the answers, for everything that is asked or drawn needs it. */
	readonly resolved: Resolved;
	/** Questions that were answered, be it by accepting what was offered. */
	readonly confirmed: readonly QuestionId[];
	readonly at: QuestionId;
	/** Why the last answer was not taken. */
	readonly problem?: WizardProblem;
	/** True after a jump from the review: the next answer leads back there. */
	readonly reviewing: boolean;
};

/** `at`: the question whose answer would have to change, when that is another one. */
export type WizardProblem = {message: string; hint?: string; at?: QuestionId};

export type WizardAction =
	| {type: 'answered'; text: string}
	| {type: 'went-back'}
	| {type: 'jumped'; to: QuestionId}
	| {type: 'path-chosen'; path: Path}
	| {type: 'facts-learned'; facts: Partial<WizardFacts>};
