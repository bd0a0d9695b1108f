import type {Evidence, FailureRule} from './failure-rule.ts';
import {buildkitRules} from './rules/buildkit.ts';
import {diskAndMemoryRules} from './rules/disk-and-memory.ts';
import {dockerRules} from './rules/docker.ts';
import {networkRules, timeoutRules} from './rules/network.ts';
import {packageRules} from './rules/packages.ts';
import {registryRules} from './rules/registry.ts';
import {sourceRules} from './rules/sources.ts';

/** The rule book, most certain first: the first rule that matches explains the failure. */
export const failureRules: readonly FailureRule[] = [
	...diskAndMemoryRules,
	...dockerRules,
	...networkRules,
	...buildkitRules,
	...registryRules,
	...timeoutRules,
	...packageRules,
	...sourceRules,
];

type Match = {code: string; explain(evidence: Evidence): {message: string; hint: string}};

/** The first rule that matches, with what its pattern found. */
export function ruleFor(evidence: Evidence): Match | undefined {
	for (const rule of failureRules) {
		const found = match(rule, evidence);
		if (found) return {code: rule.code, explain: e => rule.explain(found, e)};
	}
	return undefined;
}

function match(rule: FailureRule, evidence: Evidence): readonly (string | undefined)[] | undefined {
	const {failure} = evidence;
	if (rule.command && !rule.command.test(failure?.command ?? '')) return undefined;
	if (rule.when && !rule.when(evidence)) return undefined;
	const text = textOf(evidence);
	for (const pattern of rule.patterns ?? []) {
		const found = pattern.exec(text);
		if (found) return found;
	}
	return failure?.type !== undefined && rule.types?.includes(failure.type) ? [] : undefined;
}

// The console of a build mentions much that went well in the end; it counts only where no command is known to have failed.
const textOf = ({failure, console}: Evidence) =>
	failure && failure.message !== '' ? [failure.message, ...failure.output].join('\n') : console.join('\n');
