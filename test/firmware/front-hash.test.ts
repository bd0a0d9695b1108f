import {appendFileSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, onTestFinished, test} from 'vitest';
import {createFrontHash, type HashStart} from '../../source/firmware/front-hash.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {bytesOf} from './faulty-server.ts';
import {sha256Of} from './fetching.ts';

const content = bytesOf(2_000_003);

const hashing = (start: HashStart) => {
	const hash = createFrontHash(start);
	onTestFinished(hash.close);
	return hash;
};

/** Follows a file slowly enough that its state is worth saving. */
const savedAfter = async (path: string, bytes: number) => {
	const hash = hashing({path});
	hash.advance(1000);
	await delay(350);
	hash.advance(bytes);
	for (;;) {
		const saved = await hash.save();
		if (saved?.bytes === bytes) return saved;
		await delay(5);
	}
};

test('a file that grows is hashed up to its end', async () => {
	const path = join(temporaryFolder(), 'part');
	writeFileSync(path, content.subarray(0, 700_000));
	const hash = hashing({path});
	hash.advance(700_000);
	appendFileSync(path, content.subarray(700_000));
	expect(await hash.finish(content.length)).toBe(sha256Of(content));
});

test('a saved state goes on without reading the beginning again', async () => {
	const path = join(temporaryFolder(), 'part');
	writeFileSync(path, content);
	const saved = await savedAfter(path, 900_001);
	// Were the beginning read again, the hash would be another one.
	const file = await open(path, 'r+');
	await file.write(Buffer.alloc(1000), 0, 1000, 0);
	await file.close();
	expect(await hashing({path, saved}).finish(content.length)).toBe(sha256Of(content));
});

test('a file that is shorter than it should be is an error, not a hash', async () => {
	const path = join(temporaryFolder(), 'part');
	writeFileSync(path, content.subarray(0, 1000));
	await expect(hashing({path}).finish(content.length)).rejects.toThrow('ends at 1000 bytes');
});
