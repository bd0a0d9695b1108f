import {expect, test} from 'vitest';
import {bfbName} from '../firmware/context.ts';
import {download} from '../firmware/shipped.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {serving, sha256Of} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';

const megabyte = 1_000_000;

// Symptom: every real download died with "TypeError: createSHA256 is not a function", for it took longer than 0.3 s below
// 32 MB/s. Cause: the hash for slow links came from a CommonJS package by import(), which has no named exports in the
// bundle; the tests had another bundle and a fast loopback.
test.each([
	{speed: '1 MB/s', rate: megabyte, megabytes: 2},
	{speed: '10 MB/s', rate: 10 * megabyte, megabytes: 18},
	{speed: '100 MB/s', rate: 100 * megabyte, megabytes: 40},
	{speed: 'no limit', rate: undefined, megabytes: 60},
])('a link of $speed gives the right file', {timeout: 120_000}, async ({rate, megabytes}) => {
	const content = bytesOf(megabytes * megabyte + 17);
	const server = await serving(content, () => ({linkRate: rate}));
	const root = temporaryFolder();
	const {exitCode, printed, file, left} = await download(root, {
		BFB_URL: server.url,
		BFB_SHA256: sha256Of(content),
	});
	expect(printed).not.toContain('bug');
	expect(exitCode).toBe(0);
	expect(file?.equals(content)).toBe(true);
	expect(left).toEqual([bfbName]);
});
