import {createHash} from 'node:crypto';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {bundleBlocks, bundleBytes} from '../../../source/builders/rehearsal/stand-in-bundle.ts';

test('the stand-in bundle is 64 MiB, the same every time, says what it is and does not compress', () => {
	const hash = createHash('sha256');
	let bytes = 0;
	let first: Buffer | undefined;
	for (const block of bundleBlocks()) {
		first ??= block;
		bytes += block.length;
		hash.update(block);
	}
	expect(bytes).toBe(bundleBytes);
	expect(first?.toString('latin1', 0, 40)).toMatch(/^REHEARSAL stand-in of a BlueField bundle/);
	expect(gzipSync(first ?? '', {level: 1}).length).toBeGreaterThan((first?.length ?? 0) * 0.99);
	expect(hash.digest('hex')).toBe('1a883b473df56a5613e9f54db9c677f28de25a2ea182f3f6ce74f9cd7c6d1f41');
});
