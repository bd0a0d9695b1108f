import {mkdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Host} from '../../../source/host/host.ts';
import type {Leftover} from '../../../source/host/journal.ts';
import {createVmFolder} from '../../../source/machine/vm/vm-folder.ts';
import {fakeHost} from '../../helpers/fake-host.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';

const hostWith = (runtime: string | undefined, uid = process.getuid?.() ?? 0) => {
	const open: Leftover[] = [];
	const {machine} = fakeHost();
	const host: Host = fakeHost({
		env: {XDG_RUNTIME_DIR: runtime},
		machine: {...machine, user: {...machine.user, uid}},
		journal: {
			mark: 'marked',
			record(leftover) {
				open.push(leftover);
				return () => void open.splice(open.indexOf(leftover), 1);
			},
		},
	});
	return {host, open};
};

describe('the folder of a VM', () => {
	test('is in the runtime folder, only for this user, and in the journal until it is gone', async () => {
		const {host, open} = hostWith(temporaryFolder());
		const folder = await createVmFolder(host);
		expect(statSync(folder.path).mode & 0o777).toBe(0o700);
		expect(open).toEqual([{kind: 'folder', path: folder.path}]);
		await folder.remove();
		expect(open).toEqual([]);
		expect(await host.files.exists(folder.path)).toBe(false);
	});

	// A socket path has room for 107 bytes; QEMU and Node fail on a longer one.
	test('is in /tmp where the runtime folder has a long name', async () => {
		const runtime = join(temporaryFolder(), 'n'.repeat(80));
		mkdirSync(runtime);
		const folder = await createVmFolder(hostWith(runtime).host);
		expect(folder.path).toMatch(/^\/tmp\/edge-builder-vm-/);
		expect(Buffer.byteLength(folder.serialSocket)).toBeLessThan(108);
		await folder.remove();
	});

	test('is in /tmp where the runtime folder belongs to another user, as under sudo', async () => {
		const folder = await createVmFolder(hostWith(temporaryFolder(), 4711).host);
		expect(folder.path).toMatch(/^\/tmp\/edge-builder-vm-/);
		await folder.remove();
	});

	test('is in /tmp without a runtime folder', async () => {
		const folder = await createVmFolder(hostWith(undefined).host);
		expect(folder.path).toMatch(/^\/tmp\//);
		await folder.remove();
	});
});
