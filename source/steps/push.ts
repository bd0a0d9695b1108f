import type {Builder} from '../builders/builder.ts';
import type {Step} from '../pipeline/step.ts';

/** The provider image into its registry, after everything else was found right. */
export const push = (builder: Builder): Step => ({
	id: 'push',
	title: 'Pushing provider image',
	done: 'Provider image pushed',
	after: ['verify-image', 'verify-iso', 'smoke-test'],
	exit: 'push',
	skip({options}) {
		if (!options.push) return 'not asked for (--push)';
		return options.only === 'installer-iso' ? 'only the installer ISO was asked for' : undefined;
	},
	async run(c) {
		await builder.images.push(c, c.names.providerImage);
		return undefined;
	},
});
