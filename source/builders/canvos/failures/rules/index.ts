import type {FailureRule} from '../rule.ts';
import {buildkitRules} from './buildkit.ts';
import {diskAndMemoryRules} from './disk-and-memory.ts';
import {dockerRules} from './docker.ts';
import {networkRules} from './network.ts';
import {packageRules} from './packages.ts';
import {registryRules} from './registry.ts';
import {sourceRules} from './sources.ts';

/** The rule book, most certain first: the first rule that matches explains the failure. */
export const failureRules: readonly FailureRule[] = [
	...diskAndMemoryRules,
	...dockerRules,
	...networkRules,
	...buildkitRules,
	...registryRules,
	...packageRules,
	...sourceRules,
];
