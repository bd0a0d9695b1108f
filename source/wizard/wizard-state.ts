import type {Facts} from '../compatibility/judge-settings.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import type {Answers, Layer, Resolved} from '../settings/layers.ts';
import type {SettingKey} from '../settings/settings.ts';
import type {DecisionId} from './decisions.ts';

/** A firmware file that lies in `redist/`, named as its release names it. */
export type KeptFirmware = {name: string; kind: 'doca-host' | 'bfb'; bytes: number};

/** What the wizard knows: the facts that rules judge by, and what there is to choose from. Grows while it runs. */
export type WizardFacts = Facts & {
	keptFirmware?: readonly KeptFirmware[];
	/** How long passed builds took here; a kind that there was none of is not among them. */
	tookMinutes?: readonly BuildTimes[];
};

/** Minutes that builds of one kind took, shortest and longest. */
export type BuildTimes = {rehearsal: boolean; edgeAppliance: boolean; minutes: readonly [number, number]};

/** Where the wizard stands: at a decision, or at the review of all. */
export type Place = DecisionId | 'review';

/** Everything the wizard knows. Plain data: whoever draws it needs nothing else. */
export type WizardState = {
	readonly machine: MachineFacts;
	readonly facts: WizardFacts;
	/** Values given before the wizard: flags, arguments, environment, preset. */
	readonly layers: readonly Layer[];
	/** Answers that differ from what would have counted without them. */
	readonly answers: Answers;
	/** What answers and layers come to: set together with the answers, for everything that is asked or drawn needs it. */
	readonly resolved: Resolved;
	/** Decisions that were made, be it by accepting what was offered. */
	readonly made: readonly DecisionId[];
	readonly at: Place;
	/** The setting that is being filled in, where the decision has some. */
	readonly field?: SettingKey;
	/** Why the last answer was not taken. */
	readonly problem?: WizardProblem;
	/** Decisions made before that the last answer made impossible. */
	readonly upset: readonly DecisionId[];
	/** True after a jump from the review: the next answer leads back there. */
	readonly reviewing: boolean;
	/** The decision it went to the review from, where going back leads. */
	readonly cameFrom?: DecisionId;
};

/** Where the choices of a decision are from, when that isn't the source itself. */
export type Notes = {readonly [K in DecisionId]?: string};

/** `key`: the setting that was refused. */
export type WizardProblem = {message: string; hint?: string; key?: SettingKey};

export type WizardAction =
	/** One of the choices of the decision it stands at; its fields, if it has some, come next. */
	| {type: 'chose'; choice: {answers: Answers; fields: readonly SettingKey[]}}
	/** Text for one setting, at a decision or in the list of all; once it is taken, where to go from there. */
	| {type: 'edited'; key: SettingKey; text: string; goesTo?: 'next-field' | 'field-before' | 'review'}
	/** Something else is being typed: what was wrong with the text before says nothing any more. */
	| {type: 'typed'}
	| {type: 'reset'; key: SettingKey}
	/** `field`: where to begin, if the decision is filled in and has it. */
	| {type: 'went-to'; place: Place; field?: SettingKey}
	| {type: 'went-back'}
	/** Everything else by its default. */
	| {type: 'took-defaults'}
	| {type: 'facts-learned'; facts: Partial<WizardFacts>};
