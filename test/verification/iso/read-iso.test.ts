import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {realFiles} from '../../../source/host/files.ts';
import {readIso} from '../../../source/verification/iso/read-iso.ts';
import {fakeHost} from '../../helpers/fake-host.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {tinyIso} from './hand-made-iso.ts';
import {seaOfRecords} from './hostile-iso.ts';

const tree = {
	boot: {kernel: 'MZ kernel', initrd: 'initrd', grub2: {'grub.cfg': 'set default=0\n'.repeat(20)}},
	'rootfs.squashfs': 'hsqs and so on',
	'a folder': {'A-Long.Name_with several.dots': 'x'},
};

test('names come from Rock Ridge, with case, blanks and dots', async () => {
	const path = join(temporaryFolder(), 'x.iso');
	writeFileSync(path, tinyIso(tree));
	const iso = await readIso(fakeHost(), path);
	if ('problem' in iso) throw new Error(iso.problem);
	expect([...iso.entries.keys()]).toContain('/a folder/A-Long.Name_with several.dots');
	expect(iso.boot).toEqual([
		{platform: 'bios', bootable: true},
		{platform: 'uefi', bootable: true},
	]);
});

describe('damage', () => {
	const good = tinyIso(tree);
	const read = async (bytes: Buffer) => {
		// Only what the reader needs of a file, in memory: hundreds of images take no time.
		const file = {
			async read(target: Buffer, offset: number, length: number, position: number) {
				return {
					bytesRead: bytes.copy(target, offset, position, Math.min(bytes.length, position + length)),
					buffer: target,
				};
			},
			close: async () => undefined,
		};
		const memory = fakeHost({
			files: {
				...realFiles,
				info: async () => ({kind: 'file', size: bytes.length}) as never,
				open: async () => file as never,
			},
		});
		return readIso(memory, '/x.iso', [{path: '/boot/grub2/grub.cfg', bytes: 1000}]);
	};

	test('of any bytes gives an image or a reason, never an exception', async () => {
		const change = fc.record({at: fc.nat({max: good.length - 1}), value: fc.nat({max: 255})});
		// Most of an image is padding: aim at the descriptors and folders as well.
		const aimed = fc.record({
			at: fc.oneof(fc.integer({min: 16 * 2048, max: 16 * 2048 + 200}), fc.integer({min: 19 * 2048, max: 22 * 2048})),
			value: fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(fc.oneof(change, aimed), {minLength: 1, maxLength: 12}), async changes => {
				const bytes = Buffer.from(good);
				for (const {at, value} of changes) bytes[at] = value;
				const result = await read(bytes);
				expect('problem' in result ? result.problem : result.volumeId).toBeTypeOf('string');
			}),
			{numRuns: 500},
		);
	});

	test('by cutting it anywhere is survived too', async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat({max: good.length - 1}), async length => {
				const result = await read(good.subarray(0, length));
				expect('problem' in result || result.volumeBytes > result.fileBytes).toBe(true);
			}),
			{numRuns: 200},
		);
	});

	test('that makes a folder contain itself does not hang', async () => {
		const bytes = tinyIso({again: {}});
		// The record of "again" is the third of the root folder at sector 20; its extent is made the root's.
		const at = 20 * 2048 + 34 + 34;
		bytes.writeUInt32LE(20, at + 2);
		const result = await read(bytes);
		expect('problem' in result ? result.problem : [...result.entries.keys()]).toEqual(['/again']);
	});
});

// Folders lay over one another: each was small enough, and all together kept the reader busy for minutes.
test('an image whose folders share one sea of records is refused soon', async () => {
	const path = join(temporaryFolder(), 'sea.iso');
	writeFileSync(path, seaOfRecords());
	expect(await readIso(fakeHost(), path)).toMatchObject({problem: expect.stringMatching(/pieces|MB|entries/)});
});
