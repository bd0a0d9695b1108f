import {releaseProblem, supportedReleasesHint} from '../canvos-release-lines.ts';
import {ifKnown} from '../facts.ts';
import {forCanvos, type Rule} from '../rule.ts';

/** Releases that can be built at all. */
export const releaseRules: readonly Rule[] = forCanvos([
	{
		id: 'S21',
		severity: 'error',
		keys: ['canvosRef'],
		judge: ({canvosRef}, {earthfilePeVersion}) => releaseProblem(canvosRef, ifKnown(earthfilePeVersion)),
		why: 'Earthfile and Dockerfile of other generations differ where the overlay goes in, and so do their results.',
		hint: supportedReleasesHint,
	},
]);
