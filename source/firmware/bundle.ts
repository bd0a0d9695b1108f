import {symlink} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {stringify} from 'yaml';
import type {Host} from '../host/host.ts';
import type {FetchedFirmware} from '../pipeline/step.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import {inTemporary, needSpace} from './bundle-folder.ts';
import {type BundleManifest, bundleLockName, manifestName} from './bundle-manifest.ts';
import {readLock} from './lock-file.ts';
import {firmwarePlaces} from './places.ts';

export {readBundle} from './bundle-reading.ts';

type Options = {
	host: Host;
	workspace: Workspace;
	/** The bundle, absolute. */
	file: string;
	signal: AbortSignal;
	onProgress?(doneBytes: number, totalBytes: number): void;
};

/**
 * Collects what a machine without internet needs into one tar file: the firmware, its lock, and folders of the cache
 * (the CanvOS repository), with a manifest of sizes and checksums in front.
 * @param firmware Whole and checked, as `fetchFirmware` returns them.
 * @param caches Names of folders below the workspace's cache.
 */
export const writeBundle = async ({
	host,
	workspace,
	file,
	firmware,
	caches,
	signal,
	onProgress,
}: Options & {firmware: readonly FetchedFirmware[]; caches: readonly string[]}): Promise<BundleManifest> => {
	const {lock} = firmwarePlaces(workspace, {rehearsal: false});
	const known = await readLock(host, lock);
	const trees = await Promise.all(caches.map(name => contentsOf(host, join(workspace.cache, name), `cache/${name}`)));
	const contents = [
		...firmware.map(({name, path}) => ({path: `redist/${name}`, source: path})),
		...trees.flatMap(({files}) => files),
	];
	return inTemporary({host, workspace}, async folder => {
		const entries = Object.fromEntries(firmware.flatMap(({name}) => (known[name] ? [[name, known[name]]] : [])));
		const lockText = stringify({version: 1, files: entries}, {lineWidth: 0});
		await host.files.write(join(folder, bundleLockName), lockText);
		const manifest: BundleManifest = {
			format: 'edge-builder-bundle',
			version: 1,
			made: new Date(host.now()).toISOString(),
			folders: trees.flatMap(({folders}) => folders),
			files: await Promise.all(
				[...contents, {path: bundleLockName, source: join(folder, bundleLockName)}].map(async ({path, source}) => ({
					path,
					bytes: (await host.files.info(source))?.size ?? 0,
					sha256: await host.files.sha256(source, {signal}),
				})),
			),
		};
		await host.files.write(join(folder, manifestName), `${JSON.stringify(manifest, undefined, '\t')}\n`);
		// The archive follows these links, so nothing is copied before it is packed.
		for (const {path, source} of contents) {
			await host.files.makeFolder(dirname(join(folder, path)));
			await symlink(source, join(folder, path));
		}
		const total = manifest.files.reduce((sum, {bytes}) => sum + bytes, 0);
		await needSpace(host, dirname(file), total);
		const aside = `${file}.part`;
		const watch = setInterval(async () => onProgress?.((await host.files.info(aside))?.size ?? 0, total), 250);
		try {
			const {create} = await import('tar');
			const names = [manifestName, ...manifest.files.map(({path}) => path)];
			await create({cwd: folder, file: aside, follow: true, portable: true, strict: true}, names);
			signal.throwIfAborted();
			await host.files.move(aside, file);
		} catch (error) {
			await host.files.remove(aside, dirname(aside));
			throw error;
		} finally {
			clearInterval(watch);
		}
		return manifest;
	});
};

type Contents = {folders: string[]; files: {path: string; source: string}[]};

const contentsOf = async (host: Host, folder: string, path: string): Promise<Contents> => {
	const found: Contents = {folders: [path], files: []};
	for (const name of await host.files.list(folder)) {
		const source = join(folder, name);
		const kind = (await host.files.info(source))?.kind;
		if (kind === 'file') found.files.push({path: `${path}/${name}`, source});
		if (kind !== 'folder') continue;
		const inner = await contentsOf(host, source, `${path}/${name}`);
		found.folders.push(...inner.folders);
		found.files.push(...inner.files);
	}
	return found;
};
