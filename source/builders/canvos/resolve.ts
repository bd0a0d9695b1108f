import {knownPeVersion} from '../../compatibility/canvos-releases.ts';
import {FixableError} from '../../errors.ts';
import type {Settings} from '../../settings/settings.ts';
import type {Builder} from '../builder.ts';
import {peVersionOf} from './earthfile.ts';
import {cacheOf, shownAddress, sourceAddress} from './source/address.ts';
import {ensureCommit} from './source/ensure-commit.ts';
import {findCommit, readFiles} from './source/repository.ts';

/**
 * Fills `peVersion` with what the Earthfile of the chosen release says. Release tags need no network: they are in the
 * cache, or known.
 * @throws {FixableError} for a branch or commit that isn't in the cache and can't be fetched
 */
export const resolve: Builder['resolve'] = async (settings, where): Promise<Settings> => {
	if (settings.peVersion !== '') return settings;
	const c = {...where, settings};
	const repository = cacheOf(c);
	const cached = await findCommit(c, repository, settings.canvosRef);
	const known = cached ? undefined : knownPeVersion(settings.canvosRef);
	if (known !== undefined) return {...settings, peVersion: known};
	const {commit} = cached && cached.kind !== 'branch' ? cached : await ensureCommit(c);
	const [earthfile] = await readFiles(c, repository, [`${commit}:Earthfile`]);
	const peVersion = peVersionOf(earthfile ?? '');
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
