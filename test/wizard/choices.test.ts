import {describe, expect, test} from 'vitest';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import {offeredAmong} from '../../source/wizard/choices.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import {fieldsAt} from '../../source/wizard/wizard-reducer.ts';
import type {WizardState} from '../../source/wizard/wizard-state.ts';
import {factsWith} from '../helpers/facts.ts';
import {choicesAt, choose, edit, enter, enterUntil, goTo, play, start, ubuntuMachine} from './playing.ts';

const canvos = choose(start(), 'Edge appliance');
const titles = (state: WizardState) => choicesAt(state).map(({title}) => title);
const offered = (state: WizardState) => titles(state)[offeredAmong(state, choicesAt(state))];
const refused = (state: WizardState) =>
	choicesAt(state).flatMap(({title, refused}) => (refused ? [`${title}: ${refused.message}`] : []));

describe('what is offered', () => {
	test('on a machine of which nothing is known, a rehearsal', () => {
		expect(titles(start())).toEqual(['Rehearse', 'Edge appliance', 'Standard image']);
		expect(offered(start())).toBe('Rehearse');
	});

	test('is what was given before', () => {
		const given = (environment: Record<string, string>) => start({layers: [environmentLayer(environment)]});
		expect(offered(given({BUILDER: 'canvos'}))).toBe('Edge appliance');
		expect(offered(given({BUILDER: 'canvos', EDGE_APPLIANCE: 'no'}))).toBe('Standard image');
		expect(offered(play(given({BUILDER: 'canvos', OS_VERSION: '22.04'}), goTo('system')))).toBe('Ubuntu 22.04');
	});

	test('is what was answered, after all the ways round', () => {
		const state = play(enterUntil(choose(canvos, 'Ubuntu 22.04'), 'review'), goTo('system'));
		expect(offered(state)).toBe('Ubuntu 22.04');
	});

	// Symptom: after nodeadm, the version 1.34.2 was offered and refused when Enter took it.
	test('is never what would be refused', () => {
		const kubernetesVersions = {kubeadm: ['1.34.2'], nodeadm: ['1.32.1', '1.33.0']};
		const state = play(canvos, {type: 'facts-learned', facts: {kubernetesVersions}}, goTo('kubernetes'));
		const version = choose(state, 'nodeadm');
		expect(version.at).toBe('version');
		expect(offered(version)).toBe('1.33.0');
		expect(enter(version)).toMatchObject({at: 'firmware', problem: undefined});
	});

	test('a system of one’s own stands among the known ones', () => {
		const state = play(start({layers: [environmentLayer({BUILDER: 'canvos', OS_VERSION: '20.04'})]}), goTo('system'));
		expect(titles(state)[0]).toBe('Ubuntu 20.04');
		expect(offered(state)).toBe('Ubuntu 24.04');
	});

	test('of a rehearsal there is one system: this machine’s own', () => {
		expect(titles(play(start(), goTo('system')))).toEqual(['Debian 12']);
		expect(titles(play(start({machine: ubuntuMachine}), goTo('system')))).toEqual(['Ubuntu 24.04']);
	});

	// Symptom: on Fedora the choice "fedora 40" was taken and no rule refused it, for it was this machine's own.
	test('a machine whose system cannot be rehearsed says so', () => {
		const machine = {osId: 'fedora', osVersion: '40', arch: 'amd64'} as const;
		const state = start({machine});
		expect(refused(state)).toEqual(['Rehearse: a rehearsal needs Debian or Ubuntu, and this machine has fedora']);
		expect(offered(state)).toBe('Edge appliance');
	});
});

describe('what is refused', () => {
	test('says why and what to take instead', () => {
		expect(refused(canvos)).toEqual([
			'openSUSE Leap 15.6: an edge appliance cannot be built on openSUSE Leap',
			'Red Hat Enterprise Linux: an edge appliance cannot be built on Red Hat Enterprise Linux',
			'SUSE Linux Enterprise Server: an edge appliance cannot be built on SUSE Linux Enterprise Server',
		]);
		const state = choose(canvos, 'openSUSE Leap 15.6');
		expect(state).toMatchObject({
			at: 'system',
			problem: {
				message: 'an edge appliance cannot be built on openSUSE Leap',
				hint: 'Choose Ubuntu, or a standard image.',
			},
		});
		expect(state.answers).toEqual(canvos.answers);
	});

	test('is not refused for a decision that is still to come', () => {
		expect(refused(play(choose(canvos, 'Ubuntu 22.04'), goTo('what')))).toEqual([]);
		const openSuse = choose(choose(start(), 'Standard image'), 'openSUSE Leap 15.6');
		// The system comes after it, and can be taken anew then.
		const edge = choose(play(openSuse, goTo('what')), 'Edge appliance');
		expect(edge).toMatchObject({at: 'system', problem: undefined});
		expect(offered(edge)).toBe('Ubuntu 24.04');
	});

	test('a version that is typed is judged like the listed ones', () => {
		const kubernetesVersions = {kubeadm: ['1.33.6', '1.34.2']};
		const state = play(canvos, {type: 'facts-learned', facts: {kubernetesVersions}}, goTo('version'));
		const typed = (text: string) => play(state, {...edit('k8sVersion', text), goesTo: 'next-field'} as never);
		expect(typed('1;id')).toMatchObject({at: 'version', problem: {message: expect.stringContaining(';')}});
		expect(typed('1.20.0')).toMatchObject({at: 'version', problem: {message: expect.stringContaining('1.20.0')}});
		expect(typed('1.33.6')).toMatchObject({at: 'firmware', problem: undefined, answers: {k8sVersion: '1.33.6'}});
	});
});

test('known Kubernetes versions are there as soon as they are known, newest first', () => {
	const facts = {kubernetesVersions: {kubeadm: ['1.33.6', '1.34.2', '1.33.10']}};
	const state = play(canvos, goTo('version'), {type: 'facts-learned', facts});
	expect(titles(state)).toEqual(['1.34.2', '1.33.10', '1.33.6']);
});

describe('a choice with something to fill in', () => {
	// Symptom: Red Hat could not be chosen, because its base image, which is asked next, was not there yet.
	test('Red Hat asks for version and base image, and is taken once they are right', () => {
		const chosen = choose(choose(start(), 'Standard image'), 'Red Hat Enterprise Linux');
		expect(chosen).toMatchObject({at: 'system', field: 'osVersion', problem: undefined});
		const base = enter(chosen);
		expect(base).toMatchObject({at: 'system', field: 'baseImage'});
		expect(enter(base)).toMatchObject({
			at: 'system',
			field: 'baseImage',
			problem: {message: 'rhel needs a base image of your own'},
		});
		const done = play(base, {...edit('baseImage', 'registry.local/rhel:9'), goesTo: 'next-field'} as never);
		expect(done).toMatchObject({at: 'kubernetes', field: undefined, problem: undefined});
		expect(settingsOf(done)).toMatchObject({
			osDistribution: 'rhel',
			osVersion: '9',
			baseImage: 'registry.local/rhel:9',
		});
	});

	// Symptom: the two file names could not be typed, because "Download" counted as chosen until there was one.
	test('files of this machine are asked for, both, from the first moment', () => {
		const chosen = choose(play(canvos, goTo('firmware')), 'Files of this machine');
		expect(chosen).toMatchObject({at: 'firmware', field: 'docaDebFile'});
		expect(fieldsAt(chosen)).toEqual(['docaDebFile', 'bfbFile']);
		const second = play(chosen, {
			...edit('docaDebFile', '/srv/doca-host_3.2.1_amd64.deb'),
			goesTo: 'next-field',
		} as never);
		expect(second).toMatchObject({at: 'firmware', field: 'bfbFile'});
		expect(play(second, {...edit('bfbFile', ''), goesTo: 'field-before'} as never).field).toBe('docaDebFile');
	});

	test('what lies in redist/ is offered with its sizes, where it is for this system', () => {
		const keptFirmware = [
			{
				name: 'doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb',
				kind: 'doca-host' as const,
				bytes: 600_000_000,
			},
			{name: 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb', kind: 'bfb' as const, bytes: 1_500_000_000},
		];
		const state = play(canvos, {type: 'facts-learned', facts: {keptFirmware}});
		expect(titles(play(state, goTo('firmware')))).toContain('What is in redist/');
		expect(titles(play(choose(state, 'Ubuntu 22.04'), goTo('firmware')))).not.toContain('What is in redist/');
		expect(settingsOf(choose(play(state, goTo('firmware')), 'What is in redist/'))).toMatchObject({
			docaDebFile: keptFirmware[0]?.name,
			bfbFile: keptFirmware[1]?.name,
		});
	});
});

test('a standard image is asked nothing about firmware', () => {
	const state = enterUntil(choose(start(), 'Standard image'), 'image');
	expect(state.made).toEqual(['what', 'system', 'kubernetes', 'version']);
	expect(play(state, goTo('firmware'))).toEqual(state);
});

test('facts of another machine are not this one’s', () => {
	const facts = factsWith({machine: ubuntuMachine});
	expect(offered(play(start({machine: ubuntuMachine, facts}), goTo('system')))).toBe('Ubuntu 24.04');
});
