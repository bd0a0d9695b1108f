import {appendFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {createFrontHash} from '../../source/downloads/incremental-hash.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {sha256Of} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';

const content = bytesOf(2_000_003);

const never = new AbortController().signal;

const hashing = (path: string) => {
	const hash = createFrontHash(path);
	onTestFinished(hash.close);
	return hash;
};

test('a file that grows is hashed up to its end', async () => {
	const path = join(temporaryFolder(), 'part');
	writeFileSync(path, content.subarray(0, 700_000));
	const hash = hashing(path);
	hash.advance(700_000);
	appendFileSync(path, content.subarray(700_000));
	expect(await hash.finish(content.length, never)).toBe(sha256Of(content));
});

test('a file that is shorter than it should be is an error, not a hash', async () => {
	const path = join(temporaryFolder(), 'part');
	writeFileSync(path, content.subarray(0, 1000));
	await expect(hashing(path).finish(content.length, never)).rejects.toThrow('ends at 1000 bytes');
});
