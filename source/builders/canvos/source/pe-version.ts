import {knownPeVersion, releaseProblem, supportedReleasesHint} from '../../../compatibility/canvos-release-lines.ts';
import {FixableError} from '../../../errors.ts';
import type {Settings} from '../../../settings/settings.ts';
import type {Builder} from '../../builder.ts';
import {cacheOf} from './cache.ts';
import {ensureCommit} from './ensure-commit.ts';
import {releaseTexts} from './release-texts.ts';
import {findCommit} from './repository.ts';
import {shownAddress, sourceAddress} from './repository-address.ts';

/** `PE_VERSION` as the Earthfile gives it: the version in image tags. */
export const peVersionOf = (earthfile: string): string | undefined => /^ARG PE_VERSION=(\S+)\s*$/m.exec(earthfile)?.[1];

/**
 * Fills `peVersion` with what the Earthfile of the chosen release says. Release tags need no network: they are in the
 * cache, or known.
 * @throws {FixableError} for a branch or commit that isn't in the cache and can't be fetched
 */
export const resolvePeVersion: Builder['resolve'] = async (settings, where): Promise<Settings> => {
	if (settings.peVersion !== '') return settings;
	const c = {...where, settings};
	const repository = cacheOf(c);
	const cached = await findCommit(c, repository, settings.canvosRef);
	const known = cached ? undefined : knownPeVersion(settings.canvosRef);
	if (known !== undefined) return {...settings, peVersion: known};
	const {commit} = cached && cached.kind !== 'branch' ? cached : await ensureCommit(c);
	const [earthfile] = await releaseTexts(c, {repository, commit}, ['Earthfile']);
	const peVersion = peVersionOf(earthfile ?? '');
	requireSupported(settings.canvosRef, peVersion);
	if (peVersion !== undefined) return {...settings, peVersion};
	throw new FixableError(
		'not-canvos',
		`${shownAddress(sourceAddress(c))} at ${settings.canvosRef} has no Earthfile with a PE_VERSION`,
		{
			hint: 'Check CANVOS_SOURCE and CANVOS_REF, or give PE_VERSION.',
			exit: 'usage',
		},
	);
};

/**
 * @throws {FixableError} for a release that is older or newer than what can be built
 */
export function requireSupported(canvosRef: string, peVersion: string | undefined): void {
	const problem = releaseProblem(canvosRef, peVersion);
	if (problem !== undefined)
		throw new FixableError('canvos-release-unsupported', problem, {hint: supportedReleasesHint, exit: 'usage'});
}
