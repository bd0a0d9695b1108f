import type {Facts} from '../compatibility/index.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import type {Layer} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';

/** Few questions with everything else at its default, or all of them. */
export type Path = 'quick' | 'expert';

/** A question is about a setting, or one of the wizard's own. */
export type QuestionId = SettingKey | 'path' | 'review' | 'preset';

/** What the wizard may offer: the compatibility facts, and releases that CanvOS has. Grows while it runs. */
export type WizardFacts = Facts & {canvosReleases?: readonly string[]};

/** Everything the wizard knows. Plain data: whoever draws it needs nothing else. */
export type WizardState = {
	readonly machine: MachineFacts;
	readonly facts: WizardFacts;
	/** Values given before the wizard: flags, arguments, environment, preset. */
	readonly layers: readonly Layer[];
	readonly path: Path;
	/** Answers that differ from what would have counted without them, as text. */
	readonly answers: Answers;
	/** Questions that were answered, be it by accepting what was offered. */
	readonly confirmed: readonly QuestionId[];
	readonly at: QuestionId;
	/** The half-typed text. */
	readonly input: string;
	/** False while `input` is what was offered; the first key typed replaces it. */
	readonly touched: boolean;
	/** The marked one of the current question's choices; -1 when none is. */
	readonly highlight: number;
	/** Why the last answer was not taken. */
	readonly problem?: WizardProblem;
	/** True after a jump from the review: the next answer leads back there. */
	readonly reviewing: boolean;
	/** Name to save the answers under; empty: not saved. */
	readonly presetName: string;
	readonly finished: boolean;
};

export type Answers = {readonly [K in SettingKey]?: string};

/** `at`: the question whose answer would have to change, when that is another one. */
export type WizardProblem = {message: string; hint?: string; at?: QuestionId};

export type WizardAction =
	/** The input line now reads `text`. In a list, the first choice that starts so is marked. */
	| {type: 'typed'; text: string}
	/** Up (-1) or down (1) in the choices, over those that are refused. */
	| {type: 'moved'; by: number}
	/** Enter: the marked choice or the input line is the answer. */
	| {type: 'confirmed'}
	/** An answer in one go, for faces without an input line. */
	| {type: 'answered'; text: string}
	| {type: 'went-back'}
	| {type: 'jumped'; to: QuestionId}
	| {type: 'path-chosen'; path: Path}
	| {type: 'facts-learned'; facts: WizardFacts};
