import {createReadStream} from 'node:fs';
import {basename, join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {ownCommand} from '../own-command.ts';
import {firmwarePathsOf, type Workspace} from '../pipeline/workspace.ts';
import {inTemporary, needSpace} from './bundle-folder.ts';
import {type BundleManifest, bundleLockName, manifestName, manifestSchema} from './bundle-manifest.ts';
import {type FirmwareLock, readLock, writeLockEntry} from './lock-file.ts';

/**
 * Checks a bundle and puts its contents where they belong. All is unpacked aside and compared with the manifest first,
 * so a damaged bundle changes nothing. Folders of the cache are replaced as a whole.
 * @throws {FixableError} `bundle-damaged`, `bundle-foreign` or `firmware-differs`.
 */
export async function readBundle({
	host,
	workspace,
	file,
	signal,
	onProgress,
}: {
	host: Host;
	workspace: Workspace;
	/** The bundle, absolute. */
	file: string;
	signal: AbortSignal;
	onProgress(doneBytes: number, totalBytes: number): void;
}): Promise<BundleManifest> {
	const {extract} = await import('tar');
	return inTemporary({host, workspace}, async folder => {
		const {kind, size} = (await host.files.info(file, {follow: true})) ?? {};
		// A FIFO would keep us waiting for whoever writes into it.
		if (size === undefined || kind !== 'file') {
			throw new FixableError('bundle-missing', `${file} ${kind === undefined ? 'does not exist' : 'is not a file'}`, {
				exit: 'usage',
				hint: 'Give the path of a bundle.',
			});
		}
		const manifest = await readManifest(file, signal);
		await needSpace(host, folder, size);
		for (const path of manifest.folders) await host.files.makeFolder(join(folder, path));
		const listed = new Set(manifest.files.map(({path}) => path));
		const unpacker = extract({
			cwd: folder,
			strict: true,
			// Only plain files that the manifest names: a link could lead out of the folder.
			filter: (path, entry) =>
				listed.has(path) && 'type' in entry && (entry.type === 'File' || entry.type === 'OldFile'),
		});
		const onBytes = (read: number) => onProgress(read, size);
		await feed(file, unpacker, {signal, onBytes}).catch(error => {
			throw damagedBy(error, file, signal);
		});
		for (const {path, bytes, sha256} of manifest.files) {
			signal.throwIfAborted();
			const info = await host.files.info(join(folder, path));
			if (info?.kind !== 'file' || info.size !== bytes) throw damaged(file, `${path} is missing or cut short`);
			if ((await host.files.sha256(join(folder, path), {signal})) !== sha256) {
				throw damaged(file, `${path} does not have the checksum that the manifest states`);
			}
		}
		await putInPlace({host, workspace, folder, signal}, manifest);
		return manifest;
	});
}

// A line of some hundred bytes for each file of a repository.
const largestManifest = 64 * 1024 * 1024;

async function readManifest(file: string, signal: AbortSignal): Promise<BundleManifest> {
	const {list} = await import('tar');
	let text: string | undefined;
	const reader = list({
		strict: true,
		onReadEntry(entry) {
			if (entry.path !== manifestName || entry.size > largestManifest) return;
			void entry.concat().then(parts => (text = parts.toString()));
		},
	});
	// It is the first entry: the rest, some gigabytes, needn't be read for it.
	const isEnough = () => text !== undefined;
	await feed(file, reader, {signal, isEnough}).catch(error => {
		throw damagedBy(error, file, signal);
	});
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
}

async function putInPlace(
	{host, workspace, folder, signal}: {host: Host; workspace: Workspace; folder: string; signal: AbortSignal},
	manifest: BundleManifest,
) {
	const {folder: redist, lock} = firmwarePathsOf(workspace, {rehearsal: false});
	const [known, brought] = [await readLock(host, lock), await readLock(host, join(folder, bundleLockName))];
	const firmware = manifest.files.filter(({path}) => path.startsWith('redist/'));
	for (const {path, sha256} of firmware) await refuseOther({host, redist, known, signal}, path, sha256);
	// From here on it is quick, and half of it would be worse than all.
	signal.throwIfAborted();
	for (const {path} of firmware) await host.files.move(join(folder, path), join(redist, basename(path)));
	for (const [name, entry] of Object.entries(brought)) {
		if (known[name]?.sha256 !== entry.sha256) await writeLockEntry(host, lock, name, entry);
	}
	for (const name of await host.files.list(join(folder, 'cache'))) {
		const old = join(workspace.cache, name);
		if (await host.files.exists(old)) await host.files.move(old, join(folder, `old-${name}`));
		await host.files.move(join(folder, 'cache', name), old);
	}
}

async function refuseOther(
	{host, redist, known, signal}: {host: Host; redist: string; known: FirmwareLock; signal: AbortSignal},
	path: string,
	sha256: string,
) {
	const name = basename(path);
	const locked = known[name]?.sha256;
	const there = join(redist, name);
	const found = locked ?? ((await host.files.exists(there)) ? await host.files.sha256(there, {signal}) : sha256);
	if (found === sha256) return;
	throw new FixableError(
		'firmware-differs',
		`The bundle's ${name} has sha256 ${sha256}, but ${locked ? 'the lock file says' : `${there} has`} ${found}`,
		{hint: 'Find out which is right; then remove the other one, or its entry in firmware.lock.yaml.', exit: 'firmware'},
	);
}

/** As much of a parser of tar as is used here. */
type Parser = NodeJS.EventEmitter & {write(bytes: Buffer): boolean; end(): void};

/** Feeds a file to a parser, until that has done its work or `isEnough` says so. */
async function feed(
	file: string,
	parser: Parser,
	{signal, onBytes, isEnough}: {signal: AbortSignal; onBytes?(read: number): void; isEnough?(): boolean},
): Promise<void> {
	const ended = new Promise<void>((resolve, reject) => {
		parser.once('close', resolve);
		parser.on('error', reject);
		signal.addEventListener('abort', () => reject(signal.reason), {once: true});
	});
	ended.catch(() => undefined);
	let read = 0;
	for await (const bytes of createReadStream(file, {highWaterMark: 1024 * 1024, signal})) {
		const drained = new Promise<void>(resolve => parser.once('drain', resolve));
		if (!parser.write(bytes as Buffer)) await Promise.race([drained, ended]);
		read += (bytes as Buffer).length;
		onBytes?.(read);
		if (isEnough?.()) return;
	}
	parser.end();
	await ended;
}

const damaged = (file: string, why: string) =>
	new FixableError('bundle-damaged', `${file} is damaged: ${why}`, {
		hint: 'Copy it again and compare the checksum with the original; nothing was changed here.',
		exit: 'firmware',
	});

const damagedBy = (error: Error, file: string, signal: AbortSignal) =>
	signal.aborted ? signal.reason : damaged(file, error.message);

const foreign = (file: string, why: string) =>
	new FixableError('bundle-foreign', `${file} is not a bundle of edge-builder: ${why}`, {
		hint: `Make one with ${ownCommand('download --bundle FILE')}.`,
		exit: 'firmware',
	});
