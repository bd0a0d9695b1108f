import type {Host} from '../../host/host.ts';
import {DamagedIso, IsoBytes, sector} from './iso-bytes.ts';
import {type IsoEntry, readFolders} from './iso-folders.ts';
import {readSystemArea, type SystemArea, systemAreaBytes} from './system-area.ts';

type BootEntry = {platform: 'bios' | 'uefi' | 'other'; bootable: boolean};

export type Iso = {
	volumeId: string;
	/** What the volume says of its own size; a shorter file was cut off. */
	volumeBytes: number;
	fileBytes: number;
	/** El Torito entries. */
	boot: readonly BootEntry[];
	/** The image as a stick. */
	stick: SystemArea;
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
export async function readIso(host: Host, path: string, wanted: Wanted = []): Promise<Iso | NotAnIso> {
	const info = await host.files.info(path);
	if (!info) return {problem: 'there is no such file'};
	const file = await host.files.open(path, 'r');
	try {
		return await readVolume(new IsoBytes(file, info.size), wanted);
	} catch (error) {
		if (error instanceof DamagedIso) return {problem: error.message};
		throw error;
	} finally {
		await file.close();
	}
}

const mostDescriptors = 64;

async function readVolume(image: IsoBytes, wanted: Wanted): Promise<Iso> {
	const {primary, catalog} = await readDescriptors(image);
	const entries = await readFolders(image, primary.subarray(156, 190));
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
		stick: readSystemArea(await image.read(0, systemAreaBytes)),
		boot: catalog === undefined ? [] : await readBootCatalog(image, catalog),
		entries,
		contents,
	};
}

async function readDescriptors(image: IsoBytes) {
	let primary: Buffer | undefined;
	let catalog: number | undefined;
	for (let index = 0; index < mostDescriptors; index++) {
		const descriptor = await image.read((16 + index) * sector, sector);
		if (descriptor.toString('latin1', 1, 6) !== 'CD001') throw new DamagedIso('it is not an ISO 9660 image');
		const type = descriptor[0];
		if (type === 255) break;
		if (type === 1) primary ??= descriptor;
		if (type === 0 && descriptor.toString('latin1', 7, 30) === 'EL TORITO SPECIFICATION') {
			catalog ??= descriptor.readUInt32LE(71);
		}
	}
	if (!primary) throw new DamagedIso('it has no primary volume descriptor');
	if (primary.readUInt16LE(128) !== sector) throw new DamagedIso('its block size is not 2048');
	return {primary, catalog};
}

async function readBootCatalog(image: IsoBytes, block: number): Promise<BootEntry[]> {
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
}

const platformOf = (id: number | undefined) => (id === 0 ? 'bios' : id === 0xef ? 'uefi' : 'other');
