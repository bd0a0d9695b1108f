import {describe, expect, test} from 'vitest';
import {argumentLayer, environmentLayer} from '../../source/settings/layer-sources.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import {answersAsText} from '../../source/wizard/answers-as-text.ts';
import {buildCommand, describeSettings, presetSettings} from '../../source/wizard/preset-of-answers.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import type {WizardState} from '../../source/wizard/wizard-state.ts';
import {debianMachine} from '../settings/settings-of.ts';
import {canvosReview, choose, edit, enter, enterUntil, play, start} from './playing.ts';

const withSecrets = (state: WizardState) =>
	play(
		state,
		edit('ubuntuProAttach', 'yes'),
		edit('ubuntuProKey', 'C1234567'),
		edit('httpProxy', 'http://me:word@proxy:3128'),
	);

describe('a preset of the answers', () => {
	test('holds what was decided, so that it goes on making the same image', () => {
		expect(presetSettings(canvosReview())).toMatchObject({
			builder: 'canvos',
			edgeAppliance: true,
			osDistribution: 'ubuntu',
			osVersion: '24.04',
			k8sVersion: '1.34.2',
			imageRegistry: 'ttl.sh',
		});
	});

	test('leaves out what a rehearsal takes from its machine', () => {
		expect(presetSettings(enter(start()))).toEqual({builder: 'rehearsal'});
	});

	test('holds what flags and environment said, for they are gone the next time', () => {
		const layers = [argumentLayer(['CUSTOM_TAG=mine']), environmentLayer({MEMORY: '4096'})];
		expect(presetSettings(enter(start({layers})))).toEqual({builder: 'rehearsal', customTag: 'mine', memory: 4096});
	});

	test('never holds a secret', () => {
		const state = withSecrets(canvosReview());
		expect(JSON.stringify(presetSettings(state))).not.toMatch(/C1234567|word/);
		expect(presetSettings(state)).toMatchObject({ubuntuProAttach: true});
	});
});

describe('the command that builds the same', () => {
	test.each([
		['a rehearsal', () => enter(start())],
		['an edge appliance', canvosReview],
		['a standard image', () => enterUntil(choose(start(), 'Standard image'), 'review')],
		[
			'something changed in the list of all',
			() => play(canvosReview(), edit('runner', 'container'), edit('debug', 'yes')),
		],
	])('comes to the same settings: %s', (_, state) => {
		const [program, command, , ...words] = buildCommand(state());
		expect([program, command]).toEqual(['edge-builder', 'build']);
		const {settings, complaints} = resolveSettings({layers: [argumentLayer(words)], machine: debianMachine});
		expect(complaints).toEqual([]);
		expect(settings).toEqual(settingsOf(state()));
	});

	test('says which secrets are not in it', () => {
		expect(answersAsText('command', withSecrets(canvosReview()))).toMatch(
			/\n\nNot in it: UBUNTU_PRO_KEY, HTTP_PROXY\. Give them in the environment\.$/,
		);
		expect(answersAsText('command', canvosReview())).not.toContain('Not in it');
	});

	test('has no secret in it', () => {
		expect(buildCommand(withSecrets(canvosReview())).join(' ')).not.toMatch(/C1234567|word/);
	});
});

test('a description says in a sentence what it makes', () => {
	expect(describeSettings(settingsOf(enter(start())))).toBe('Rehearsal: edge appliance, debian 12, kubeadm 1.34.2');
	expect(describeSettings(settingsOf(canvosReview()))).toBe('Edge appliance, ubuntu 24.04, kubeadm 1.34.2');
});
