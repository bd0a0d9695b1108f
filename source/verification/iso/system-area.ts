/** What the first bytes of an ISO are to a machine that finds it on a stick: a disk, with boot code and partitions. */
export type SystemArea = {
	/** The signature 55 AA that firmware looks for. */
	bootable: boolean;
	/** Anything in the place of the boot code, which BIOS runs. */
	bootCode: boolean;
	/** Types of the partitions in the master boot record. */
	partitions: readonly number[];
	gpt: boolean;
};

/** How many bytes of an image `readSystemArea` looks at: the master boot record and the head of a GPT. */
export const systemAreaBytes = 1024;

/** Reads the system area (ECMA-119 leaves it to others: here MBR and UEFI 2.10, chapter 5). */
export const readSystemArea = (bytes: Buffer): SystemArea => ({
	bootable: bytes[510] === 0x55 && bytes[511] === 0xaa,
	bootCode: bytes.subarray(0, 440).some(byte => byte !== 0),
	partitions: [0, 1, 2, 3]
		.map(index => bytes.subarray(446 + index * 16, 462 + index * 16))
		// Type and length; a record of zeros is none.
		.flatMap(record => (record[4] !== 0 && record.readUInt32LE(12) !== 0 ? [record[4] as number] : [])),
	gpt: bytes.toString('latin1', 512, 520) === 'EFI PART',
});

const efiSystemPartition = 0xef;

/** Why BIOS would not start from it, in words; undefined when it would. */
export const whyNotByBios = ({bootable, bootCode, partitions}: SystemArea) => {
	if (!bootable) return 'its first sector has no boot signature';
	if (!bootCode) return 'its first sector has no boot code';
	// Many firmwares take a disk without partitions for a floppy, or for none.
	return partitions.length === 0 ? 'its first sector has no partition' : undefined;
};

/** Why UEFI would not start from it, in words; undefined when it would. */
export const whyNotByUefi = ({bootable, partitions, gpt}: SystemArea) => {
	if (gpt || (bootable && partitions.includes(efiSystemPartition))) return undefined;
	return 'it has neither a GPT nor an EFI system partition';
};
