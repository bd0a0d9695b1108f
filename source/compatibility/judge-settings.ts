import type {Settings} from '../settings/settings.ts';
import type {Facts} from './facts.ts';
import type {Finding, Rule, Severity} from './rule.ts';
import {argumentRules} from './rules/canvos-arguments.ts';
import {releaseRules} from './rules/canvos-release.ts';
import {filesTakenRules} from './rules/files-taken.ts';
import {firmwareRules} from './rules/firmware.ts';
import {hostRules} from './rules/host.ts';
import {kubernetesRules} from './rules/kubernetes.ts';
import {nodeprepRules} from './rules/nodeprep.ts';
import {nodeRules} from './rules/nodes.ts';
import {systemRules} from './rules/system.ts';
import {userDataRules} from './rules/user-data.ts';

export type {Facts} from './facts.ts';
export type {Finding} from './rule.ts';

/**
 * The rules that can be judged before a build. Others of the list stand elsewhere: D22 and D26 are rules of the
 * settings' own text; D12, D13 and D14 are judged by the build and the verification; D37 and D39 cannot happen, because
 * one setting decides both sides. D19 would need the agent version that a Palette asks for, which nobody here knows.
 */
export const rules: readonly Rule[] = [
	...releaseRules,
	...systemRules,
	...kubernetesRules,
	...argumentRules,
	...filesTakenRules,
	...firmwareRules,
	...hostRules,
	...nodeRules,
	...nodeprepRules,
	...userDataRules,
];

/** Everything the rules find, errors first. The one oracle of wizard, flags and presets. */
export const judgeSettings = (settings: Settings, facts: Facts): Finding[] =>
	rules
		.flatMap(({judge: judgeRule, ...rule}) => {
			const judged = judgeRule(settings, facts);
			if (judged === undefined) return [];
			const {message, severity, hint} = typeof judged === 'string' ? {message: judged} : {...judged};
			return [{...rule, message, severity: severity ?? rule.severity, hint: hint ?? rule.hint}];
		})
		.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));

const severities: readonly Severity[] = ['error', 'warning', 'info'];
