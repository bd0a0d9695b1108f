import type {SettingKey, Settings} from '../settings/settings.ts';
import type {Facts} from './facts.ts';

/** `error`: will not build or not work. `warning`: may well not be what was meant. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** What a rule found: the message alone, or with another severity or hint than the rule's own. */
export type Judgement = string | {message: string; severity?: Severity; hint?: string} | undefined;

/** One constraint of the list D01 to D40, or of our own (S…). */
export type Rule = {
	id: string;
	severity: Severity;
	/** What it is about; the machine is no setting, and refuses a build by its own checks and exit code. Default: settings. */
	about?: 'machine';
	/** The settings that decide it, the one to change first. */
	keys: readonly SettingKey[];
	/** Undefined when the rule is kept, or when the facts to judge it by aren't known. */
	judge(settings: Settings, facts: Facts): Judgement;
	/** Why the rule exists. */
	why: string;
	/** What to do about it. */
	hint: string;
};

export type Finding = Omit<Rule, 'judge'> & {message: string};

/** Rules of the real builder: a rehearsal replaces what they are about by stand-ins. */
export const forCanvos = (rules: readonly Rule[]): readonly Rule[] =>
	rules.map(rule => ({
		...rule,
		judge: (settings, facts) => (settings.builder === 'canvos' ? rule.judge(settings, facts) : undefined),
	}));

/** Rules of edge appliances. */
export const forEdge = (rules: readonly Rule[]): readonly Rule[] =>
	rules.map(rule => ({
		...rule,
		judge: (settings, facts) => (settings.edgeAppliance ? rule.judge(settings, facts) : undefined),
	}));
