import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {shippedNames} from '../../source/app/preset-places.ts';
import {judgeSettings} from '../../source/compatibility/judge-settings.ts';
import {fieldList} from '../../source/settings/fields.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import {formatPreset} from '../../source/settings/preset-format.ts';
import {parsePreset, presetLayer, presetNameProblem} from '../../source/settings/preset-text.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {factsWith} from '../helpers/facts.ts';
import {debianMachine} from './settings-of.ts';

const read = (text: string, environment = {}) => {
	const parsed = parsePreset(text, 'x.yaml');
	return resolveSettings({layers: [presetLayer(parsed, 'x.yaml', environment)], machine: debianMachine});
};
const preset = (...settings: string[]) =>
	['schemaVersion: 1', 'name: x', 'settings:', ...settings.map(line => `  ${line}`), ''].join('\n');

test('what is written is read back the same', () => {
	const value = fc.oneof(
		fc.record({memory: fc.integer({min: 256, max: 100_000}), edgeAppliance: fc.boolean()}),
		fc.record({
			customTag: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/),
			osVersion: fc.stringMatching(/^[0-9]{1,2}(\.[0-9]{1,2})?$/),
			osDistribution: fc.constant('rhel' as const),
			k8sVersion: fc.stringMatching(/^[0-9]\.[0-9]{1,2}\.[0-9]$/),
			docaDebUrl: fc.stringMatching(/^https:\/\/[a-z]{1,5}\.com\/[A-Za-z0-9._~%+,=&#@!*-]{0,20}$/),
			userData: fc.stringMatching(/^[a-zA-Z #:'"{}[\]&*!|>%@`,?-]{0,20}$/).map(text => `/${text}x`),
		}),
	);
	fc.assert(
		fc.property(value, fc.string(), (settings: Partial<Settings>, description) => {
			const text = formatPreset({name: 'x', description, settings});
			const {preset: parsed, complaints} = parsePreset(text, 'x.yaml');
			expect(complaints).toEqual([]);
			expect(parsed?.description).toBe(description);
			expect(read(text).complaints).toEqual([]);
			expect(read(text).settings).toMatchObject(settings);
		}),
	);
});

describe('reading', () => {
	test('takes camelCase and UPPER_SNAKE', () => {
		expect(read(preset('customTag: a', 'ISO_NAME: b')).settings).toMatchObject({customTag: 'a', isoName: 'b'});
	});

	test('keeps versions as they are written', () => {
		const {settings} = read(
			preset('builder: canvos', 'osDistribution: rhel', 'osVersion: 9.10', 'k8sVersion: 1.30.10'),
		);
		expect(settings).toMatchObject({osVersion: '9.10', k8sVersion: '1.30.10'});
	});

	test.each([
		['', 1, /a preset is a map/],
		['- a\n- b\n', 1, /a preset is a map/],
		['schemaVersion: 1\nname: x\nsettings: [\n', 4, /not YAML/],
		['schemaVersion: 2\nname: x\nsettings: {}\n', 1, /schemaVersion 2/],
		['schemaVersion: one\nname: x\nsettings: {}\n', 1, /schemaVersion "one"/],
		['schemaVersion: 1\nname: ../x\nsettings: {}\n', 2, /cannot be a preset's name/],
		['schemaVersion: 1\nname: x\ncolour: red\nsettings: {}\n', 3, /no "colour"/],
		['schemaVersion: 1\nname: x\nsettings: red\n', 3, /not a map/],
		[preset('customTag: a', 'CUSTOM_TAG: b'), 5, /same setting as customTag/],
		[preset('customTag: a', 'customTag: b'), 5, /unique/],
		[preset('customTag: [a]'), 4, /no single value/],
		[preset('ubuntuProKey: C123'), 4, /secret/],
		[preset('httpProxy: http://me:word@proxy'), 4, /secret/],
	])('%j is complained about in line %i', (text, line, message) => {
		expect(parsePreset(text, 'x.yaml').complaints).toContainEqual(
			expect.objectContaining({place: `x.yaml line ${line}`, message: expect.stringMatching(message)}),
		);
	});

	test('never throws', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[a-z:\n {}[\]&*!-]*$/)), text => {
				presetLayer(parsePreset(text, 'x.yaml'), 'x.yaml', {});
			}),
			{numRuns: 500},
		);
	});
});

describe('secrets', () => {
	const text = preset('builder: canvos', 'ubuntuProKey: env:MY_KEY');

	test('are named and come from the environment', () => {
		expect(read(text, {MY_KEY: 'C123'}).settings.ubuntuProKey).toBe('C123');
	});

	test('that are not there are complained about', () => {
		expect(read(text).complaints).toMatchObject([
			{key: 'ubuntuProKey', message: 'MY_KEY is not set in the environment'},
		]);
	});

	test('are never written', () => {
		const written = formatPreset({
			name: 'x',
			description: '',
			settings: {ubuntuProKey: 'C123', httpProxy: 'http://me:word@proxy'},
		});
		expect(written).not.toMatch(/C123|word/);
	});

	test('a reference survives an update', () => {
		expect(
			formatPreset({name: 'x', description: '', settings: {builder: 'canvos', ubuntuProKey: 'C123'}}, text),
		).toContain('env:MY_KEY');
	});
});

describe('updating a file', () => {
	const before = `# Ours.
schemaVersion: 1
name: x
description: before
settings:
  # The team's registry.
  IMAGE_REGISTRY: ghcr.io/acme   # not ttl.sh
  customTag: a
`;

	test('keeps a comment beside the version, byte order mark and line ends of Windows', () => {
		const before = '\uFEFFschemaVersion: 1 # ours\r\nname: x\r\nsettings:\r\n  CUSTOM_TAG: a # why\r\n';
		expect(formatPreset({name: 'x', description: '', settings: {customTag: 'b'}}, before)).toBe(
			'\uFEFFschemaVersion: 1 # ours\r\nname: x\r\nsettings:\r\n  CUSTOM_TAG: b # why\r\ndescription: ""\r\n',
		);
	});

	test('keeps a description when none is given', () => {
		const before = formatPreset({name: 'x', description: 'for the lab', settings: {customTag: 'a'}});
		const after = formatPreset({name: 'x', settings: {customTag: 'b'}}, before);
		expect(parsePreset(after, 'x.yaml').preset?.description).toBe('for the lab');
		expect(formatPreset({name: 'x', settings: {}})).toContain('description: ""');
	});

	test('keeps comments, order and spelling', () => {
		const after = formatPreset(
			{name: 'x', description: 'after', settings: {imageRegistry: 'ghcr.io/acme', customTag: 'b', osVersion: '24.04'}},
			before,
		);
		expect(after).toBe(`# Ours.
schemaVersion: 1
name: x
description: after
settings:
  # The team's registry.
  IMAGE_REGISTRY: ghcr.io/acme # not ttl.sh
  customTag: b
  osVersion: '24.04'
`);
	});

	test('removes what is no longer given', () => {
		expect(formatPreset({name: 'x', description: '', settings: {customTag: 'b'}}, before)).not.toContain(
			'IMAGE_REGISTRY',
		);
	});

	test('refuses to replace something else', () => {
		expect(() => formatPreset({name: 'x', description: '', settings: {}}, '- a list')).toThrow(/not a preset/);
	});

	test('brings a flat file without schemaVersion up to date', () => {
		const flat = '# by hand\nCUSTOM_TAG: a\nname: x\nISO_NAME: b # iso\n';
		expect(read(flat).settings).toMatchObject({customTag: 'a', isoName: 'b'});
		const after = formatPreset({name: 'x', description: 'd', settings: {customTag: 'a', isoName: 'b'}}, flat);
		expect(parsePreset(after, 'x.yaml').complaints).toEqual([]);
		expect(after).toMatch(/schemaVersion: 1/);
		expect(after).toMatch(/ISO_NAME: b # iso/);
	});
});

test('prompt: without quotes, which is no YAML, is told with the quotes', () => {
	const [complaint] = parsePreset(preset('ubuntuProKey: prompt:'), 'x.yaml').complaints;
	expect(complaint).toMatchObject({
		message: expect.stringContaining('not YAML'),
		hint: expect.stringContaining("'prompt:'"),
	});
});

test.each(['', 'Edge', '../x', 'x.yaml', '-x', 'a'.repeat(65), 'a b', 'a..b', 'a.'])(
	'%j is no name for a preset',
	name => {
		expect(presetNameProblem(name)).toBeDefined();
	},
);

describe('the presets of the project', () => {
	const folder = join(import.meta.dirname, '../../presets');
	const names = shippedNames;

	test('are all there', () => {
		expect(readdirSync(folder)).toEqual(expect.arrayContaining(names.map(name => `${name}.yaml`)));
	});

	test('are those that git and the package take along', () => {
		const ignored = readFileSync(join(folder, '../.gitignore'), 'utf8');
		expect([...ignored.matchAll(/^!presets\/(.+)\.yaml$/gm)].map(([, name]) => name).toSorted()).toEqual(
			names.toSorted(),
		);
	});

	test('pull and push nothing outside where they are for a network of its own', () => {
		const {settings} = read(readFileSync(join(folder, 'air-gapped.yaml'), 'utf8'));
		expect(settings.imageRegistry).not.toContain('ttl.sh');
		expect(settings).toMatchObject({
			firmware: 'local',
			docaSource: 'deb',
			registryMirrors: expect.stringContaining('quay.io='),
			spectroPubRepo: expect.stringMatching(/^registry\.internal\//),
			spectroLuetRepo: expect.stringMatching(/^registry\.internal\//),
		});
	});

	test.each(names)('%s builds', name => {
		const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
		const parsed = parsePreset(text, name);
		const {settings, complaints} = resolveSettings({layers: [presetLayer(parsed, name, {})], machine: debianMachine});
		expect(complaints).toEqual([]);
		expect(parsed.preset).toMatchObject({name, description: expect.stringMatching(/.{20}/)});
		expect(judgeSettings(settings, factsWith()).filter(({severity}) => severity === 'error')).toEqual([]);
	});

	test('make results of different names', () => {
		const isoNames = names.map(name => read(readFileSync(join(folder, `${name}.yaml`), 'utf8')).settings.isoName);
		expect(new Set(isoNames).size).toBe(names.length);
	});
});

test('every setting that is no secret survives being saved', () => {
	const {settings} = read(preset('builder: canvos'));
	const text = formatPreset({name: 'x', description: '', settings});
	expect(fieldList.filter(({key, secret}) => !secret && !text.includes(`${key}:`))).toEqual([]);
	expect(read(text).settings).toEqual(settings);
});
