import {tinyIso} from './hand-made-iso.ts';

/** An image of 8 MiB whose root holds tens of thousands of folders, all laid over the same records. */
export const seaOfRecords = (): Buffer => {
	const image = tinyIso({'a.txt': 'a'});
	const sea = Buffer.alloc(8 * 1024 * 1024);
	const begin = image.length;
	for (let index = 0; index < 60 * (sea.length / 2048); index++) {
		// Records don't cross sectors: sixty in each.
		const at = Math.floor(index / 60) * 2048 + (index % 60) * 34;
		sea[at] = 34;
		sea.writeUInt32LE(begin / 2048 + (index % 2048), at + 2);
		sea.writeUInt32LE(4 * 1024 * 1024, at + 10);
		sea[at + 25] = 2;
		sea[at + 32] = 1;
		// The folder itself, which is passed over, but for one of a hundred.
		sea[at + 33] = index % 100 === 0 ? 65 + ((index / 100) % 26) : 0;
	}
	image.writeUInt32LE(begin / 2048, 16 * 2048 + 156 + 2);
	image.writeUInt32LE(sea.length, 16 * 2048 + 156 + 10);
	return Buffer.concat([image, sea]);
};
