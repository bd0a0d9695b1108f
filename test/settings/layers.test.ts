import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {argumentLayer, environmentLayer, flagLayer} from '../../source/settings/layer-sources.ts';
import {type Layer, layerKinds, resolveSettings} from '../../source/settings/layers.ts';
import {parsePreset, presetLayer} from '../../source/settings/preset-text.ts';
import {debianMachine} from './settings-of.ts';

const resolve = (...layers: Layer[]) => resolveSettings({layers, machine: debianMachine});
const preset = (text: string) => presetLayer(parsePreset(text, 'presets/x.yaml'), 'presets/x.yaml', {});

describe('the strongest layer wins', () => {
	test('answer, flag, argument, environment, preset, default, whatever order they come in', () => {
		const tag = fc.stringMatching(/^[a-z0-9]{1,8}$/);
		const given = fc
			.uniqueArray(fc.constantFrom(...layerKinds))
			.chain(kinds => fc.tuple(...kinds.map(kind => tag.map(text => ({kind, text})))));
		fc.assert(
			fc.property(given, layers => {
				const {settings, origins, complaints} = resolve(
					...layers.map(
						({kind, text}): Layer =>
							kind === 'answer'
								? {kind, answers: {customTag: text}}
								: {kind, given: [{name: 'customTag', text, place: kind}]},
					),
				);
				const winner = layerKinds.find(kind => layers.some(layer => layer.kind === kind));
				expect(complaints).toEqual([]);
				expect(settings.customTag).toBe(layers.find(({kind}) => kind === winner)?.text ?? 'rehearsal');
				expect(origins.customTag.layer).toBe(winner ?? 'default');
				expect(origins.customTag.overrode).toHaveLength(Math.max(0, layers.length - 1));
			}),
		);
	});

	test('it says which one, and what it overrode', () => {
		const {origins} = resolve(
			preset('schemaVersion: 1\nname: x\nsettings:\n  K8S_VERSION: 1.33.6\n'),
			environmentLayer({K8S_VERSION: '1.33.5'}),
			flagLayer({k8sVersion: '1.34.2'}),
		);
		expect(origins.k8sVersion).toEqual({
			layer: 'flag',
			place: '--k8s-version',
			overrode: ['K8S_VERSION in the environment', 'presets/x.yaml line 4'],
		});
	});

	test('defaults follow from what was given', () => {
		const {settings} = resolve(argumentLayer(['BUILDER=canvos', 'OS_VERSION=22.04', 'DOCA_VERSION=3.3.0']));
		expect(settings).toMatchObject({
			imageRepo: 'ubuntu',
			imageRegistry: 'ttl.sh',
			docaDebName: 'doca-host_3.3.0-088000-26.01-ubuntu2204_amd64.deb',
			bfbName: 'bf-bundle-3.3.0-202_26.01_ubuntu-24.04_64k_prod.bfb',
			bfbFw: '32.48.1000',
			memory: 10_096,
		});
	});
});

// Answers were turned into flags and read a second time, so a complaint blamed a flag that nobody had typed.
describe('answers of the wizard', () => {
	test('count as they are, above everything else', () => {
		const {settings, origins} = resolve(
			{kind: 'answer', answers: {edgeAppliance: false, memory: 9000}},
			flagLayer({edgeAppliance: true}),
		);
		expect(settings).toMatchObject({edgeAppliance: false, memory: 9000});
		expect(origins.edgeAppliance.overrode).toEqual(['--edge-appliance']);
	});

	test('are blamed by their question', () => {
		const {complaints} = resolve({kind: 'answer', answers: {builder: 'canvos', osVersion: 'bookworm'}});
		expect(complaints).toMatchObject([
			{key: 'osVersion', place: 'your answer to "Which version of the distribution?"'},
		]);
	});
});

describe('the environment', () => {
	test('empty variables count as not given', () => {
		expect(resolve(environmentLayer({CUSTOM_TAG: '', ISO_NAME: '  '})).origins.customTag.layer).toBe('default');
	});

	test('DEBUG belongs to other programs', () => {
		expect(resolve(environmentLayer({DEBUG: 'ink:*'})).complaints).toEqual([]);
	});

	test('proxies count in lower case too', () => {
		expect(resolve(environmentLayer({https_proxy: 'http://proxy:3128'})).settings.httpsProxy).toBe('http://proxy:3128');
	});
});

describe('complaints', () => {
	test('come all at once, each with its place', () => {
		const {complaints} = resolve(
			flagLayer({k8sVersion: 'latest'}),
			argumentLayer(['ISO_NAME=x.iso', 'nonsense']),
			environmentLayer({IMAGE_REGISTRY: 'https://ghcr.io'}),
			preset('schemaVersion: 1\nname: x\nsettings:\n  builder: canvos\n  memory: lots\n  colour: red\n'),
		);
		expect(complaints.map(({place}) => place).sort()).toEqual([
			'--k8s-version',
			'IMAGE_REGISTRY in the environment',
			'argument ISO_NAME',
			'nonsense',
			'presets/x.yaml line 5',
			'presets/x.yaml line 6',
		]);
	});

	test.each([
		['K8S_VERSON=1.34.2', 'Did you mean K8S_VERSION?'],
		['OSVERSION=24.04', 'Did you mean OS_VERSION?'],
		['COLOUR=red', 'docs/settings.md lists all of them.'],
	])('%s: %s', (word, hint) => {
		expect(resolve(argumentLayer([word])).complaints).toMatchObject([{hint}]);
	});

	test('a wrong value that is overridden does not matter', () => {
		expect(resolve(environmentLayer({CORES: 'many'}), flagLayer({cores: '2'})).complaints).toEqual([]);
	});

	test('settings are complete all the same', () => {
		expect(resolve(argumentLayer(['CORES=many'])).settings.cores).toBe(2);
	});
});

test('the last of two equal arguments counts', () => {
	expect(resolve(argumentLayer(['CUSTOM_TAG=a', 'CUSTOM_TAG=b'])).settings.customTag).toBe('b');
});

test('a value may contain an equals sign', () => {
	expect(resolve(argumentLayer(['REGISTRY_MIRRORS=docker.io=mirror'])).settings.registryMirrors).toBe(
		'docker.io=mirror',
	);
});
