import {existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Invocation} from '../../source/app/invocation.ts';
import {presetChanges} from '../../source/app/preset-changes.ts';
import {deletePreset} from '../../source/app/preset-deletion.ts';
import {findPreset, listPresets, savePreset} from '../../source/app/preset-files.ts';
import {packageRoot} from '../../source/host/package-root.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const lab = {name: 'lab', description: '', settings: {customTag: 'lab'}};

const place = () => {
	const workspace = workspaceAt(temporaryFolder());
	mkdirSync(workspace.presets);
	return {host: fakeHost(), workspace};
};

test('a file that cannot be read is listed with its complaint, beside all others', async () => {
	const here = place();
	mkdirSync(join(here.workspace.presets, 'folder.yaml'));
	symlinkSync('/no/such/file', join(here.workspace.presets, 'nowhere.yaml'));
	await savePreset(here, lab, {replace: false});
	const listed = await listPresets(here);
	expect(listed.map(({name}) => name)).toEqual(
		expect.arrayContaining(['folder', 'lab', 'nowhere', 'rehearsal', 'edge-appliance', 'standard']),
	);
	expect((await findPreset(here, 'nowhere')).parsed.complaints[0]?.message).toBe(
		'it cannot be read (it is a link that leads nowhere)',
	);
	expect((await findPreset(here, 'folder')).parsed.complaints[0]?.message).toBe(
		`it cannot be read (${join(here.workspace.presets, 'folder.yaml')} is not a file)`,
	);
});

test.each(['- not\n- a\n- preset\n', 'name: [broken\n'])(
	'what is no preset is not replaced, whatever --yes says: %j',
	async text => {
		const here = place();
		writeFileSync(join(here.workspace.presets, 'lab.yaml'), text);
		const error = await savePreset(here, lab, {replace: true}).catch(error => error);
		expect(error).toMatchObject({code: 'preset-unreadable', exit: 'usage'});
		expect(readFileSync(join(here.workspace.presets, 'lab.yaml'), 'utf8')).toBe(text);
	},
);

test.each(['../evil', 'a/b', '.', '..', 'UPPER', 'with blank', '-rf', ''])(
	'%j cannot be the name of a preset',
	async name => {
		const error = await savePreset(place(), {...lab, name}, {replace: true}).catch(error => error);
		expect(error).toMatchObject({code: 'preset-name', exit: 'usage'});
	},
);

test('a preset in a .yml file is replaced there', async () => {
	const here = place();
	const file = join(here.workspace.presets, 'lab.yml');
	writeFileSync(file, '# ours\nschemaVersion: 1\nname: lab\nsettings:\n  customTag: old\n');
	await expect(savePreset(here, lab, {replace: false})).rejects.toMatchObject({code: 'preset-exists'});
	expect(await savePreset(here, lab, {replace: true})).toBe(file);
	expect(readFileSync(file, 'utf8')).toMatch(/^# ours\n[\s\S]*customTag: lab/);
});

test('a preset that is a link stays one, and what it leads to is updated', async () => {
	const here = place();
	const elsewhere = join(temporaryFolder(), 'shared.yaml');
	writeFileSync(elsewhere, '# ours\nschemaVersion: 1\nname: lab\nsettings:\n  customTag: old\n');
	symlinkSync(elsewhere, join(here.workspace.presets, 'lab.yaml'));
	await savePreset(here, lab, {replace: true});
	expect(readFileSync(elsewhere, 'utf8')).toMatch(/# ours[\s\S]*customTag: lab/);
	expect(lstatSync(join(here.workspace.presets, 'lab.yaml')).isSymbolicLink()).toBe(true);
});

test('an import replaces no preset that was made since somebody looked', async () => {
	const here = place();
	const imported = {name: 'lab', text: 'name: lab', place: '/x', exists: false, difference: [], remarks: []};
	const file = await savePreset(here, lab, {replace: false});
	const {saveImport} = presetChanges({...here, env: {}} as unknown as Invocation);
	await expect(saveImport(imported)).rejects.toMatchObject({code: 'preset-exists'});
	await saveImport({...imported, exists: true});
	expect(readFileSync(file, 'utf8')).toBe('name: lab');
});

test('deleting takes only what lies in the presets of the workspace', async () => {
	const here = place();
	const outside = join(here.workspace.root, 'outside.yaml');
	writeFileSync(outside, 'schemaVersion: 1\nname: outside\n');
	await expect(deletePreset(here, outside)).rejects.toThrow('left alone');
	symlinkSync(outside, join(here.workspace.presets, 'link.yaml'));
	await deletePreset(here, 'link');
	expect(existsSync(outside)).toBe(true);
	const shipped = {host: fakeHost(), workspace: workspaceAt(packageRoot)};
	for (const way of ['presets/rehearsal.yaml', 'presets/../presets/rehearsal.yaml'])
		await expect(deletePreset(shipped, `${packageRoot}/${way}`)).rejects.toThrow('comes with');
	expect(existsSync(join(packageRoot, 'presets', 'rehearsal.yaml'))).toBe(true);
});
