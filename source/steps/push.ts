import type {Builder} from '../builders/builder.ts';
import type {Step} from '../pipeline/step.ts';

/** The provider image into its registry, after everything else was found right. */
export const push = (builder: Builder): Step => ({
	id: 'push',
	title: 'Pushing provider image',
	done: 'Provider image pushed',
	after: ['verify-image', 'verify-iso', 'smoke-test'],
	exit: 'push',
	target: 'provider-image',
	skip: ({options}) => (options.push ? undefined : 'not asked for (--push)'),
	async run(c) {
		await builder.images.push(c, c.names.providerImage);
		return undefined;
	},
});
