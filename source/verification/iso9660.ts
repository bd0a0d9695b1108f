import type {FileHandle} from 'node:fs/promises';
import type {Host} from '../host/host.ts';

/** A file or folder as an ISO lists it; `extents` are byte ranges of the image (several for more than 4 GiB). */
export type IsoEntry = {kind: 'file' | 'folder'; bytes: number; extents: readonly {at: number; bytes: number}[]};

type BootEntry = {platform: 'bios' | 'uefi' | 'other'; bootable: boolean};

export type Iso = {
	volumeId: string;
	/** What the volume says of its own size; a shorter file was cut off. */
	volumeBytes: number;
	fileBytes: number;
	/** El Torito entries. */
	boot: readonly BootEntry[];
	/** By absolute path, with Rock Ridge names where there are any. */
	entries: ReadonlyMap<string, IsoEntry>;
	/** The first bytes of the files that were asked for. */
	contents: ReadonlyMap<string, Uint8Array>;
};

/** Why a file is not a readable ISO, in words for people. */
export type NotAnIso = {problem: string};

/** What of which files to read, at most. */
export type Wanted = readonly {path: string; bytes: number}[];

/**
 * Reads an ISO 9660 image (ECMA-119) with Rock Ridge names and El Torito boot entries, without mounting it. Never
 * throws over the content, however damaged: all offsets are checked, folders are visited once, and there are limits.
 */
export const readIso = async (host: Host, path: string, wanted: Wanted = []): Promise<Iso | NotAnIso> => {
	const info = await host.files.info(path);
	if (!info) return {problem: 'there is no such file'};
	const file = await host.files.open(path, 'r');
	try {
		return await readVolume(new Image(file, info.size), wanted);
	} catch (error) {
		if (error instanceof Damaged) return {problem: error.message};
		throw error;
	} finally {
		await file.close();
	}
};

const sector = 2048;
const limits = {descriptors: 64, entries: 50_000, folderBytes: 8 * 1024 * 1024, depth: 16, continuations: 16};

class Damaged extends Error {}

class Image {
	readonly #file: FileHandle;
	readonly bytes: number;

	constructor(file: FileHandle, bytes: number) {
		this.#file = file;
		this.bytes = bytes;
	}

	async read(at: number, length: number): Promise<Buffer> {
		if (at < 0 || at + length > this.bytes) throw new Damaged(`it ends before byte ${at + length}`);
		const buffer = Buffer.alloc(length);
		let done = 0;
		while (done < length) {
			const {bytesRead} = await this.#file.read(buffer, done, length - done, at + done);
			if (bytesRead === 0) throw new Damaged(`it ends at byte ${at + done}`);
			done += bytesRead;
		}
		return buffer;
	}
}

const readVolume = async (image: Image, wanted: Wanted): Promise<Iso> => {
	const {primary, catalog} = await readDescriptors(image);
	const entries = await readTree(image, primary.subarray(156, 190));
	const contents = new Map<string, Uint8Array>();
	for (const {path, bytes} of wanted) {
		const entry = entries.get(path);
		const [extent] = entry?.extents ?? [];
		if (entry?.kind !== 'file' || !extent) continue;
		const length = Math.min(bytes, extent.bytes, Math.max(0, image.bytes - extent.at));
		contents.set(path, await image.read(extent.at, length));
	}
	return {
		volumeId: primary.toString('latin1', 40, 72).trimEnd(),
		volumeBytes: primary.readUInt32LE(80) * sector,
		fileBytes: image.bytes,
		boot: catalog === undefined ? [] : await readBootCatalog(image, catalog),
		entries,
		contents,
	};
};

const readDescriptors = async (image: Image) => {
	let primary: Buffer | undefined;
	let catalog: number | undefined;
	for (let index = 0; index < limits.descriptors; index++) {
		const descriptor = await image.read((16 + index) * sector, sector);
		if (descriptor.toString('latin1', 1, 6) !== 'CD001') throw new Damaged('it is not an ISO 9660 image');
		const type = descriptor[0];
		if (type === 255) break;
		if (type === 1) primary ??= descriptor;
		if (type === 0 && descriptor.toString('latin1', 7, 30) === 'EL TORITO SPECIFICATION') {
			catalog ??= descriptor.readUInt32LE(71);
		}
	}
	if (!primary) throw new Damaged('it has no primary volume descriptor');
	if (primary.readUInt16LE(128) !== sector) throw new Damaged('its block size is not 2048');
	return {primary, catalog};
};

const readBootCatalog = async (image: Image, block: number): Promise<BootEntry[]> => {
	const catalog = await image.read(block * sector, sector);
	if (catalog[0] !== 1 || catalog[30] !== 0x55 || catalog[31] !== 0xaa) return [];
	const found: BootEntry[] = [{platform: platformOf(catalog[1]), bootable: catalog[32] === 0x88}];
	let at = 64;
	while (at + 32 <= sector && (catalog[at] === 0x90 || catalog[at] === 0x91)) {
		const platform = platformOf(catalog[at + 1]);
		const last = catalog[at] === 0x91;
		const count = catalog.readUInt16LE(at + 2);
		at += 32;
		for (let index = 0; index < count && at + 32 <= sector; index++, at += 32) {
			found.push({platform, bootable: catalog[at] === 0x88});
		}
		if (last) break;
	}
	return found;
};

const platformOf = (id: number | undefined) => (id === 0 ? 'bios' : id === 0xef ? 'uefi' : 'other');

type Folder = {path: string; at: number; bytes: number; depth: number};

const readTree = async (image: Image, root: Buffer): Promise<Map<string, IsoEntry>> => {
	const entries = new Map<string, IsoEntry>();
	const seen = new Set<number>();
	const waiting: Folder[] = [{path: '', at: root.readUInt32LE(2) * sector, bytes: root.readUInt32LE(10), depth: 0}];
	for (let folder = waiting.shift(); folder; folder = waiting.shift()) {
		if (seen.has(folder.at)) continue;
		seen.add(folder.at);
		if (folder.bytes > limits.folderBytes) throw new Damaged(`the folder ${folder.path || '/'} is too large`);
		for (const record of await readFolder(image, folder)) {
			const path = `${folder.path}/${record.name}`;
			const before = entries.get(path);
			const kind = record.folder ? 'folder' : 'file';
			const extents = [...(before?.extents ?? []), {at: record.at, bytes: record.bytes}];
			entries.set(path, {kind, bytes: (before?.bytes ?? 0) + record.bytes, extents});
			if (entries.size > limits.entries) throw new Damaged(`it has more than ${limits.entries} entries`);
			if (record.folder && folder.depth < limits.depth) {
				waiting.push({path, at: record.at, bytes: record.bytes, depth: folder.depth + 1});
			}
		}
	}
	return entries;
};

type DirectoryRecord = {name: string; folder: boolean; at: number; bytes: number};

const readFolder = async (image: Image, folder: Folder): Promise<DirectoryRecord[]> => {
	const bytes = await image.read(folder.at, folder.bytes);
	const records: DirectoryRecord[] = [];
	let at = 0;
	while (at < bytes.length) {
		const length = bytes[at] ?? 0;
		if (length === 0) {
			// Records don't cross sectors: the rest of this one is empty.
			at = (Math.floor(at / sector) + 1) * sector;
			continue;
		}
		const record = bytes.subarray(at, at + length);
		at += length;
		const nameLength = record[32] ?? 0;
		if (length < 34 || record.length < 33 + nameLength)
			throw new Damaged(`the folder ${folder.path || '/'} is damaged`);
		// The first two records are the folder itself and its parent.
		if (nameLength === 1 && (record[33] === 0 || record[33] === 1)) continue;
		records.push({
			name:
				(await rockRidgeName(image, record, nameLength)) ?? plainName(record.toString('latin1', 33, 33 + nameLength)),
			folder: ((record[25] ?? 0) & 2) !== 0,
			at: record.readUInt32LE(2) * sector,
			bytes: record.readUInt32LE(10),
		});
	}
	return records;
};

/** `KERNEL.;1` is how ISO 9660 alone spells `kernel`. */
const plainName = (name: string) => name.replace(/;\d+$/, '').replace(/\.$/, '').toLowerCase();

// IEEE P1282: NM fields hold the name, CE fields point to where the list goes on.
const rockRidgeName = async (image: Image, record: Buffer, nameLength: number): Promise<string | undefined> => {
	let area = record.subarray(33 + nameLength + (nameLength % 2 === 0 ? 1 : 0));
	let name: string | undefined;
	for (let hop = 0; hop < limits.continuations; hop++) {
		let next: {at: number; bytes: number} | undefined;
		for (let at = 0; at + 4 <= area.length; ) {
			const length = area[at + 2] ?? 0;
			if (length < 4 || at + length > area.length) break;
			const field = area.subarray(at, at + length);
			const signature = field.toString('latin1', 0, 2);
			if (signature === 'NM' && length >= 5) name = (name ?? '') + field.toString('utf8', 5);
			if (signature === 'CE' && length >= 28) {
				next = {at: field.readUInt32LE(4) * sector + field.readUInt32LE(12), bytes: field.readUInt32LE(20)};
			}
			if (signature === 'ST') break;
			at += length;
		}
		if (!next || next.bytes > sector) break;
		area = await image.read(next.at, next.bytes);
	}
	return name === undefined || name === '' || name.includes('/') ? undefined : name;
};
