import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {resolveSettings} from '../../source/settings/layers.ts';
import {formatPreset} from '../../source/settings/preset-format.ts';
import {presetSchemaVersion} from '../../source/settings/preset-migrations.ts';
import {parsePreset, presetLayer} from '../../source/settings/preset-text.ts';
import {debianMachine} from './settings-of.ts';

// One preset as every version of the format wrote it. A new version adds its file; the older ones stay as they are.
const folder = join(import.meta.dirname, 'preset-versions');
const versions = Array.from({length: presetSchemaVersion + 1}, (_, version) => version);
const textOf = (version: number) => readFileSync(join(folder, `${version}.yaml`), 'utf8');

const given = {
	builder: 'canvos',
	edgeAppliance: false,
	osVersion: '22.04',
	k8sVersion: '1.33.5',
	imageRegistry: 'registry.example.com/edge',
	customTag: 'lab',
} as const;

test('every version has its file', () => {
	expect(readdirSync(folder)).toEqual(versions.map(version => `${version}.yaml`));
});

test.each(versions)('version %i says what it said', version => {
	const parsed = parsePreset(textOf(version), 'lab.yaml');
	const layer = presetLayer(parsed, 'lab.yaml', {UBUNTU_PRO_KEY: 'C1234567'});
	const {settings, complaints} = resolveSettings({layers: [layer], machine: debianMachine});
	expect(complaints).toEqual([]);
	expect(settings).toMatchObject({...given, ubuntuProKey: 'C1234567'});
	expect(layer.given).toHaveLength(Object.keys(given).length + 1);
});

test.each(versions)('version %i becomes the newest when it is saved, comments and spelling kept', version => {
	expect(formatPreset({name: 'lab', settings: given}, textOf(version))).toBe(textOf(presetSchemaVersion));
});
