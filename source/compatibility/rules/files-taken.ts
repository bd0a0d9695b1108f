import {ifKnown} from '../facts.ts';
import {forCanvos, type Rule} from '../rule.ts';

/** Files of the workspace that go into a build without being named. */
export const filesTakenRules: readonly Rule[] = forCanvos([
	{
		id: 'S22',
		severity: 'info',
		keys: ['contentBundle'],
		judge: (_settings, {filesTaken}) => {
			const taken = ifKnown(filesTaken);
			if (!taken) return undefined;
			if ('problem' in taken) return {message: lowerFirst(taken.problem), severity: 'error', hint: taken.hint};
			return taken.names.length > 0 ? `the build takes ${taken.names.join(', ')} of this workspace` : undefined;
		},
		why: 'CanvOS takes them from its own folder, where they are called so.',
		hint: 'Move away what is not meant for this build.',
	},
]);

// A path at the beginning stays as it is.
const lowerFirst = (sentence: string) => sentence.replace(/^There/, 'there');
