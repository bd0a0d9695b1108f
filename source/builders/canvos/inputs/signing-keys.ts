import {join} from 'node:path';
import {signingKeysHint} from '../../../compatibility/rules/system.ts';
import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import {fields} from '../../../settings/fields.ts';
import {cacheOf} from '../source/cache.ts';
import {filesAt, findCommit} from '../source/repository.ts';
import {type SourceContext, sourceFolder} from '../source/repository-address.ts';

/** Folders that CanvOS copies for a unified kernel image; the build fails when one of them isn't there. */
export const keyFolders = ['secure-boot/enrollment', 'secure-boot/private-keys', 'secure-boot/public-keys'] as const;

// Signs the EFI file, signs its measurements, and proves the first of the two.
const needed = [
	'secure-boot/private-keys/db.key',
	'secure-boot/private-keys/tpm2-pcr-private.pem',
	'secure-boot/public-keys/db.pem',
];

/** What a unified kernel image is signed with and is not among these paths. */
const missingAmong = (present: ReadonlySet<string>): string[] => [
	...needed.filter(path => !present.has(path)),
	...([...present].some(path => path.startsWith('secure-boot/enrollment/')) ? [] : ['secure-boot/enrollment']),
];

/**
 * What is missing to sign a unified kernel image, as far as it can be told without network: keys lie in the workspace, or
 * in a private clone under version control. Undefined while that clone isn't known.
 */
export async function missingSigningKeys(c: SourceContext): Promise<readonly string[] | undefined> {
	const places = [c.workspace.root, sourceFolder(c)].filter(place => place !== undefined);
	const here = (await Promise.all(places.map(place => keysIn(c.host, place)))).flat();
	const missing = missingAmong(new Set(here));
	if (missing.length === 0) return missing;
	const repository = cacheOf(c);
	const found = await findCommit(c, repository, c.settings.canvosRef);
	// No release of CanvOS itself has keys.
	if (!found) return c.settings.canvosSource === fields.canvosSource.default ? missing : undefined;
	return missingAmong(new Set([...here, ...(await filesAt(c, repository, found.commit, 'secure-boot'))]));
}

/**
 * Looks whether the source tree has the keys.
 * @throws {FixableError} when it hasn't
 */
export async function requireSigningKeys(host: Host, tree: string): Promise<void> {
	const missing = missingAmong(new Set(await keysIn(host, tree)));
	if (missing.length === 0) return;
	throw new FixableError(
		'secure-boot-missing',
		`A unified kernel image is signed, and ${missing.join(', ')} is missing`,
		{
			hint: signingKeysHint,
			exit: 'usage',
		},
	);
}

const keysIn = async ({files}: Host, folder: string): Promise<string[]> =>
	(
		await Promise.all(keyFolders.map(async one => (await files.list(join(folder, one))).map(name => `${one}/${name}`)))
	).flat();
