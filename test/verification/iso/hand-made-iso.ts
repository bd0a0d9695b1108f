const sector = 2048;

type Tree = {[name: string]: string | Tree};
type Node = {name: string; content?: Buffer; children: Node[]; at: number; bytes: number};

type Way = 'bios' | 'uefi';
type HandMade = {volumeId?: string; boot?: readonly Way[]; stick?: readonly Way[]};

/** A small ISO 9660 image with Rock Ridge names and El Torito entries for BIOS and UEFI, made by hand. */
export const tinyIso = (
	tree: Tree,
	{volumeId = 'COS_LIVE', boot = ['bios', 'uefi'], stick = ['bios', 'uefi']}: HandMade = {},
): Buffer => {
	const root = nodeOf('', tree);
	let next = 20;
	const place = (node: Node) => {
		node.at = next;
		node.bytes = node.content ? node.content.length : folderBytes(node);
		next += Math.max(1, Math.ceil(node.bytes / sector));
		for (const child of node.children) place(child);
	};
	place(root);
	const image = Buffer.alloc(next * sector);
	const descriptor = (index: number, type: number) => {
		const bytes = image.subarray((16 + index) * sector, (17 + index) * sector);
		bytes[0] = type;
		bytes.write('CD001\u0001', 1, 'latin1');
		return bytes;
	};
	const primary = descriptor(0, 1);
	primary.write(volumeId.padEnd(32), 40, 'latin1');
	primary.writeUInt32LE(next, 80);
	primary.writeUInt16LE(sector, 128);
	record(root, '\0').copy(primary, 156, 0, 34);
	const bootRecord = descriptor(1, 0);
	bootRecord.write('EL TORITO SPECIFICATION', 7, 'latin1');
	bootRecord.writeUInt32LE(19, 71);
	descriptor(2, 255);
	systemArea(image.subarray(0, 512), stick);
	bootCatalog(image.subarray(19 * sector, 20 * sector), boot);
	const write = (node: Node) => {
		if (node.content) node.content.copy(image, node.at * sector);
		else folder(node, node).copy(image, node.at * sector);
		for (const child of node.children) write(child);
	};
	write(root);
	return image;
};

const nodeOf = (name: string, value: string | Tree): Node =>
	typeof value === 'string'
		? {name, content: Buffer.from(value), children: [], at: 0, bytes: 0}
		: {name, children: Object.entries(value).map(([child, below]) => nodeOf(child, below)), at: 0, bytes: 0};

const folder = (node: Node, parent: Node) =>
	Buffer.concat([record(node, '\0'), record(parent, '\u0001'), ...node.children.map(child => record(child))]);
const folderBytes = (node: Node) => Math.ceil(folder(node, node).length / sector) * sector;

const record = (node: Node, special?: string): Buffer => {
	// Without Rock Ridge the name would be this one: upper case, with a version.
	const plain =
		special ??
		`${node.name
			.toUpperCase()
			.replace(/[^A-Z0-9.]/g, '_')
			.slice(0, 20)};1`;
	const padding = plain.length % 2 === 0 ? 1 : 0;
	const rockRidge =
		special === undefined
			? Buffer.concat([Buffer.from([0x4e, 0x4d, 5 + node.name.length, 1, 0]), Buffer.from(node.name)])
			: Buffer.alloc(0);
	const length = 33 + plain.length + padding + rockRidge.length;
	const bytes = Buffer.alloc(length + (length % 2));
	bytes[0] = bytes.length;
	bytes.writeUInt32LE(node.at, 2);
	bytes.writeUInt32LE(node.bytes, 10);
	bytes[25] = node.content ? 0 : 2;
	bytes[32] = plain.length;
	bytes.write(plain, 33, 'latin1');
	rockRidge.copy(bytes, 33 + plain.length + padding);
	return bytes;
};

const bootCatalog = (bytes: Buffer, boot: readonly Way[]) => {
	bytes.set([1, 0], 0);
	bytes.set([0x55, 0xaa], 30);
	bytes[32] = boot.includes('bios') ? 0x88 : 0;
	if (!boot.includes('uefi')) return;
	bytes.set([0x91, 0xef, 1, 0], 64);
	bytes[96] = 0x88;
};

/** A master boot record with one partition for each way, as a hybrid image has it. */
const systemArea = (bytes: Buffer, stick: readonly Way[]) => {
	if (stick.length === 0) return;
	bytes.set([0x55, 0xaa], 510);
	if (stick.includes('bios')) bytes.set([0xeb, 0x63], 0);
	for (const [index, way] of stick.entries()) {
		const partition = bytes.subarray(446 + index * 16, 462 + index * 16);
		partition[4] = way === 'bios' ? 0xcd : 0xef;
		partition.writeUInt32LE(1, 8);
		partition.writeUInt32LE(64, 12);
	}
};
