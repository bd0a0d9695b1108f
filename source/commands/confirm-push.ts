import {FixableError} from '../errors.ts';
import type {Settings} from '../settings/settings.ts';
import {ask} from './ask.ts';
import type {Invocation} from './invocation.ts';

/**
 * ttl.sh is public and forgets: pushing there needs a yes.
 * @throws {FixableError} without one.
 */
export const confirmPush = async (invocation: Invocation, {imageRegistry, customTag}: Settings) => {
	if (imageRegistry !== 'ttl.sh' && !imageRegistry.startsWith('ttl.sh/')) return;
	const expiry = /^\d+[smhd]$/.test(customTag) ? `after ${customTag}` : 'within 24 hours';
	const agreed = await ask(
		invocation,
		`ttl.sh is public: everybody can pull the image, and it is gone ${expiry}. Push there?`,
	);
	if (agreed) return;
	throw new FixableError('push-not-agreed', 'Pushing to ttl.sh was not agreed to', {
		hint: 'Set IMAGE_REGISTRY to a registry of your own, or say --yes.',
		exit: 'usage',
	});
};
