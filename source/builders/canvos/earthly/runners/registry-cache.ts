import {join} from 'node:path';
import type {StepContext} from '../../../../pipeline/step.ts';

/** Finished steps of earlier builds in a registry, for a host that doesn't have them. */
export type RegistryCache = {
	/** Where this build's steps are kept: `registry.example.com/edge/build-cache:iso-amd64-v4.8.10`. */
	own: string;
	/** What other targets kept. */
	others: readonly string[];
	/** Whether the build gives its steps, too, or only takes. */
	gives: boolean;
};

const targets = ['build-provider-images', 'iso'] as const;

/**
 * The cache that BUILD_CACHE names; undefined without one. One tag for each target, architecture and release, since a tag
 * holds the steps of one build only.
 */
export async function registryCache(
	{settings, host, run}: Pick<StepContext, 'settings' | 'host' | 'run'>,
	target: string,
): Promise<RegistryCache | undefined> {
	const {buildCache, arch, canvosRef, runner} = settings;
	// Nobody can hand options to Earthly through CanvOS's own script.
	if (buildCache === '' || runner === 'upstream-script') return undefined;
	const reference = (name: string) =>
		`${buildCache}:${[name, arch, canvosRef]
			.join('-')
			.replace(/[^\w.-]/g, '-')
			.slice(0, 128)}`;
	const own = target.replace(/^\+/, '');
	const earthfile = (await host.files.readText(join(run.tree, 'Earthfile'))) ?? '';
	return {
		own: reference(own),
		others: targets.filter(name => name !== own).map(reference),
		// Earthly's --push would send out everything that is marked so, before it was verified.
		gives: !/^\s*(?:SAVE IMAGE|RUN) (?:.* )?--push\b/m.test(earthfile),
	};
}

/** Earthly's options for it. A registry that refuses makes the build slower, not fail. */
export const cacheOptions = (cache: RegistryCache | undefined): string[] =>
	cache === undefined
		? []
		: [
				`--remote-cache=${cache.own},ignore-error=true`,
				...(cache.gives ? ['--push', '--max-remote-cache'] : []),
				...cache.others.map(other => `--cache-from=${other}`),
			];
