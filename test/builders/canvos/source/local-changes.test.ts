import {readFileSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {localChanges} from '../../../../source/builders/canvos/source/local-changes.ts';
import {fakeCanvos} from '../fake-canvos.ts';

// git refreshes what it remembers of the files while it compares, and wrote that into the clone of whoever builds.
test('looking for changes writes nothing into the clone', async () => {
	const {c, clone} = await fakeCanvos();
	const index = () => readFileSync(join(clone, '.git/index'));
	const before = index();
	utimesSync(join(clone, 'Earthfile'), 1_700_000_000, 1_700_000_000);
	expect((await localChanges(c))?.files).toEqual([]);
	expect(index().equals(before)).toBe(true);
});
