import {existsSync, mkdirSync} from 'node:fs';
import {expect, test} from 'vitest';
import {dashboardLayout} from '../../source/app/dashboard-layout.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const mine = {arrangement: 'tree', zoomed: true} as const;

// Symptom: what was made of the panes in a demo was gone in the first build after it, and in all that followed.
test('a layout chosen before anything was built is kept, and written with the first build', async () => {
	const place = {host: fakeHost(), workspace: workspaceAt(temporaryFolder())};
	const memory = dashboardLayout(place);
	expect(await memory.load()).toBeUndefined();
	await memory.save(mine);
	expect(await memory.load()).toEqual(mine);
	expect(existsSync(place.workspace.state)).toBe(false);
	mkdirSync(place.workspace.state, {recursive: true});
	expect(await memory.load()).toEqual(mine);
	expect(await dashboardLayout(place).load()).toEqual(mine);
	await memory.save({...mine, zoomed: false});
	expect(await memory.load()).toEqual({...mine, zoomed: false});
});
