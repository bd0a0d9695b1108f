import {publicRegistryNotice} from '../builders/canvos/docker/public-registry.ts';
import {FixableError} from '../errors.ts';
import {outputNames} from '../settings/names.ts';
import type {Settings} from '../settings/settings.ts';
import {ask} from './ask.ts';
import {builderOf} from './builders.ts';
import type {Invocation} from './invocation.ts';

/**
 * Some registries are public and forget: pushing there needs a yes.
 * @throws {FixableError} without one.
 */
export const confirmPush = async (invocation: Invocation, settings: Settings) => {
	const {providerImage} = outputNames(await builderOf(settings).resolve(settings, invocation));
	const notice = publicRegistryNotice(providerImage);
	if (!notice || (await ask(invocation, notice.question))) return;
	throw new FixableError('push-not-agreed', `Pushing to a public registry was not agreed to. ${notice.question}`, {
		hint: 'Set IMAGE_REGISTRY to a registry of your own, or say --yes.',
		exit: 'usage',
	});
};
