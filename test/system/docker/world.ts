import {afterAll, beforeAll} from 'vitest';
import {makeCaller} from './caller.ts';
import {startDaemon, type TestDaemon} from './daemon.ts';
import {makeEarthlyStandIn} from './stand-in.ts';

/**
 * A Docker daemon with an image that stands in for Earthly's, and a person who builds there, for the tests of a file;
 * without what that needs, the reason, and the tests are to be skipped.
 */
export const startWorld = async () => {
	const started = await startDaemon();
	if (typeof started === 'string') console.warn(`The tests with a real Docker daemon are skipped: ${started}`);
	const daemon = started as TestDaemon;
	let caller: ReturnType<typeof makeCaller>;
	if (typeof started !== 'string') {
		beforeAll(() => {
			makeEarthlyStandIn(daemon);
			caller = makeCaller(daemon);
		});
		afterAll(() => daemon.remove());
	}
	return {
		isThere: typeof started !== 'string',
		daemon,
		clone: () => caller.clone,
		newWorkspace: (...more: Parameters<typeof caller.newWorkspace>) => caller.newWorkspace(...more),
		/** Names of all containers, stopped ones too. */
		containers: () => daemon.docker('ps', '--all', '--format', '{{.Names}}').split('\n').filter(Boolean).sort(),
		/** Names of all images of such a repository. */
		images: (pattern: RegExp) =>
			daemon
				.docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')
				.split('\n')
				.filter(name => pattern.test(name))
				.sort(),
	};
};
