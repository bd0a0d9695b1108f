import {DamagedIso, type IsoBytes, sector} from './iso-bytes.ts';

/** A file or folder as an ISO lists it; `extents` are byte ranges of the image (several for more than 4 GiB). */
export type IsoEntry = {kind: 'file' | 'folder'; bytes: number; extents: readonly {at: number; bytes: number}[]};

const limits = {entries: 50_000, extents: 1024, depth: 16, continuations: 16, folderBytes: 8 * 1024 * 1024};

type Folder = {path: string; at: number; bytes: number; depth: number};

/** Every file and folder below the root's directory record, by absolute path. Folders are visited once. */
export async function readFolders(image: IsoBytes, root: Buffer): Promise<Map<string, IsoEntry>> {
	const entries = new Map<string, IsoEntry & {extents: {at: number; bytes: number}[]}>();
	const seen = new Set<number>();
	const waiting: Folder[] = [{path: '', at: root.readUInt32LE(2) * sector, bytes: root.readUInt32LE(10), depth: 0}];
	for (let folder = waiting.shift(); folder; folder = waiting.shift()) {
		if (seen.has(folder.at)) continue;
		seen.add(folder.at);
		if (folder.bytes > limits.folderBytes) throw new DamagedIso(`the folder ${folder.path || '/'} is too large`);
		for (const record of await readFolder(image, folder)) {
			const path = `${folder.path}/${record.name}`;
			const before = entries.get(path);
			const kind = record.folder ? 'folder' : 'file';
			const extents = before?.extents ?? [];
			extents.push({at: record.at, bytes: record.bytes});
			if (extents.length > limits.extents) throw new DamagedIso(`${path} is in more than ${limits.extents} pieces`);
			entries.set(path, {kind, bytes: (before?.bytes ?? 0) + record.bytes, extents});
			if (entries.size > limits.entries) throw new DamagedIso(`it has more than ${limits.entries} entries`);
			if (record.folder && folder.depth < limits.depth) {
				waiting.push({path, at: record.at, bytes: record.bytes, depth: folder.depth + 1});
			}
		}
	}
	return entries;
}

type DirectoryRecord = {name: string; folder: boolean; at: number; bytes: number};

async function readFolder(image: IsoBytes, folder: Folder): Promise<DirectoryRecord[]> {
	const bytes = await image.readTree(folder.at, folder.bytes);
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
			throw new DamagedIso(`the folder ${folder.path || '/'} is damaged`);
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
}

/** `KERNEL.;1` is how ISO 9660 alone spells `kernel`. */
const plainName = (name: string) => name.replace(/;\d+$/, '').replace(/\.$/, '').toLowerCase();

// IEEE P1282: NM fields hold the name, CE fields point to where the list goes on.
async function rockRidgeName(image: IsoBytes, record: Buffer, nameLength: number): Promise<string | undefined> {
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
		area = await image.readTree(next.at, next.bytes);
	}
	return name === undefined || name === '' || name.includes('/') ? undefined : name;
}
