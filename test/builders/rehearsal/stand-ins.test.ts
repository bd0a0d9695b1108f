import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {readFolder} from '../../../source/builders/rehearsal/folders.ts';
import {rehearsalFolder} from '../../../source/builders/rehearsal/source-tree.ts';
import {bundleBlocks, bundleBytes} from '../../../source/builders/rehearsal/stand-in-firmware.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

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

test('every stand-in package says so in its description, and every tool when it runs', async () => {
	const files = await readFolder(fakeHost(), join(rehearsalFolder, 'stand-ins'));
	const controls = files.filter(({path}) => path.endsWith('DEBIAN/control'));
	expect(controls.map(({path}) => path.split('/')[0])).toEqual(
		expect.arrayContaining(['doca-host', 'doca-all', 'mft', 'rshim', 'mlnx-ofed-kernel-dkms', 'mlnx-nfsrdma-dkms']),
	);
	for (const {content} of controls) expect(content).toMatch(/^Description: REHEARSAL stand-in of /m);
	const tools = files.filter(({path}) => /\/usr\/s?bin\//.test(path));
	expect(tools.map(({path}) => path.replace(/.*\//, '')).sort()).toEqual([
		'bfb-install',
		'flint',
		'mlxconfig',
		'mst',
		'rshim',
	]);
	for (const {content, mode} of tools) {
		expect(content).toMatch(/echo '[\w-]+: REHEARSAL stand-in, .*' >&2/);
		expect(mode).toBe(0o755);
	}
});
