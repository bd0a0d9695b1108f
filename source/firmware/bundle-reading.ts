import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import {inTemporary, needSpace} from './bundle-folder.ts';
import {type BundleManifest, bundleLockName, manifestName, manifestSchema} from './bundle-manifest.ts';
import {type FirmwareLock, readLock, writeLockEntry} from './lock-file.ts';
import {firmwarePlaces} from './places.ts';

/**
 * Checks a bundle and puts its contents where they belong. All is unpacked aside and compared with the manifest first,
 * so a damaged bundle changes nothing. Folders of the cache are replaced as a whole.
 * @throws {FixableError} `bundle-damaged`, `bundle-foreign` or `firmware-differs`.
 */
export const readBundle = async ({
	host,
	workspace,
	file,
	signal,
}: {
	host: Host;
	workspace: Workspace;
	/** The bundle, absolute. */
	file: string;
	signal: AbortSignal;
}): Promise<BundleManifest> => {
	const {extract} = await import('tar');
	return inTemporary({host, workspace}, async folder => {
		const size = (await host.files.info(file))?.size;
		if (size === undefined) {
			throw new FixableError('bundle-missing', `${file} does not exist`, {
				exit: 'usage',
				hint: 'Give the path of a bundle.',
			});
		}
		const manifest = await readManifest(host, file, folder);
		await needSpace(host, folder, size);
		for (const path of manifest.folders) await host.files.makeFolder(join(folder, path));
		const listed = new Set(manifest.files.map(({path}) => path));
		await extract({
			cwd: folder,
			file,
			strict: true,
			// Only plain files that the manifest names: a link could lead out of the folder.
			filter: (path, entry) =>
				listed.has(path) && 'type' in entry && (entry.type === 'File' || entry.type === 'OldFile'),
		}).catch((error: Error) => {
			throw damaged(file, error.message);
		});
		for (const {path, bytes, sha256} of manifest.files) {
			signal.throwIfAborted();
			const info = await host.files.info(join(folder, path));
			if (info?.kind !== 'file' || info.size !== bytes) throw damaged(file, `${path} is missing or cut short`);
			if ((await host.files.sha256(join(folder, path), {signal})) !== sha256) {
				throw damaged(file, `${path} does not have the checksum that the manifest states`);
			}
		}
		await putInPlace(host, workspace, folder, manifest);
		return manifest;
	});
};

const readManifest = async (host: Host, file: string, folder: string): Promise<BundleManifest> => {
	const {extract} = await import('tar');
	await extract({cwd: folder, file, strict: true, filter: path => path === manifestName}).catch((error: Error) => {
		throw damaged(file, error.message);
	});
	const text = await host.files.readText(join(folder, manifestName));
	if (text === undefined) throw foreign(file, 'it has no manifest');
	let content: unknown;
	try {
		content = JSON.parse(text);
	} catch {
		throw damaged(file, 'its manifest is torn');
	}
	const parsed = manifestSchema.safeParse(content);
	if (parsed.success) return parsed.data;
	const [issue] = parsed.error.issues;
	throw foreign(file, `${issue?.path.join('.')}: ${issue?.message}`);
};

const putInPlace = async (host: Host, workspace: Workspace, folder: string, manifest: BundleManifest) => {
	const {folder: redist, lock} = firmwarePlaces(workspace, {rehearsal: false});
	const [known, brought] = [await readLock(host, lock), await readLock(host, join(folder, bundleLockName))];
	const firmware = manifest.files.filter(({path}) => path.startsWith('redist/'));
	for (const {path, sha256} of firmware) await refuseOther(host, redist, path, sha256, known);
	for (const {path} of firmware) await host.files.move(join(folder, path), join(redist, nameIn(path)));
	for (const [name, entry] of Object.entries(brought)) {
		if (known[name]?.sha256 !== entry.sha256) await writeLockEntry(host, lock, name, entry);
	}
	for (const name of await host.files.list(join(folder, 'cache'))) {
		const old = join(workspace.cache, name);
		if (await host.files.exists(old)) await host.files.move(old, join(folder, `old-${name}`));
		await host.files.move(join(folder, 'cache', name), old);
	}
};

const refuseOther = async (host: Host, redist: string, path: string, sha256: string, known: FirmwareLock) => {
	const name = nameIn(path);
	const locked = known[name]?.sha256;
	const there = join(redist, name);
	const found = locked ?? ((await host.files.exists(there)) ? await host.files.sha256(there) : sha256);
	if (found === sha256) return;
	throw new FixableError(
		'firmware-differs',
		`The bundle's ${name} has sha256 ${sha256}, but ${locked ? 'the lock file says' : `${there} has`} ${found}`,
		{hint: 'Find out which is right; then remove the other one, or its entry in firmware.lock.yaml.', exit: 'firmware'},
	);
};

const nameIn = (path: string) => path.slice(path.lastIndexOf('/') + 1);

const damaged = (file: string, why: string) =>
	new FixableError('bundle-damaged', `${file} is damaged: ${why}`, {
		hint: 'Copy it again and compare the checksum with the original; nothing was changed here.',
		exit: 'firmware',
	});

const foreign = (file: string, why: string) =>
	new FixableError('bundle-foreign', `${file} is not a bundle of edge-builder: ${why}`, {
		hint: 'Make one with `edge-builder download --bundle FILE`.',
		exit: 'firmware',
	});
