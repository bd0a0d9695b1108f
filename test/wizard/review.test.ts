import {describe, expect, test} from 'vitest';
import {groups} from '../../source/settings/field-types.ts';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import {obstacle, review} from '../../source/wizard/review.ts';
import {reviewRows} from '../../source/wizard/review-rows.ts';
import {settingRows, valuesOf} from '../../source/wizard/settings-list.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import type {WizardState} from '../../source/wizard/wizard-state.ts';
import {factsWith} from '../helpers/facts.ts';
import {canvosReview, choose, edit, enter, enterUntil, play, start} from './playing.ts';

const rowOf = (state: WizardState, title: string) => reviewRows(state).find(row => row.title === title);

describe('the review', () => {
	test('names what will be made, and what it takes', () => {
		const state = play(canvosReview(), edit('imageRegistry', 'ghcr.io/acme'));
		expect(review(state)).toMatchObject({
			image: 'ghcr.io/acme/ubuntu:kubeadm-1.34.2-v4.8.10-demo',
			iso: 'palette-edge-installer.iso',
			rehearsal: false,
			obstacle: undefined,
		});
		expect(review(state).disks.map(({place}) => place)).toEqual(['here', 'in Docker’s folder']);
		expect(review(enter(start())).disks).toEqual([{place: 'here', gb: 4, freeGb: undefined}]);
	});

	test('says so when only the build will know the version', () => {
		expect(review(play(canvosReview(), edit('canvosRef', 'main'))).image).toContain('PE_VERSION');
		const facts = {earthfilePeVersion: 'v4.9.1'};
		expect(review(play(canvosReview(), edit('canvosRef', 'main'), {type: 'facts-learned', facts})).image).toContain(
			'v4.9.1',
		);
	});

	test('has no time of builds that there were not, and the range of those of the same kind', () => {
		expect(review(canvosReview()).minutes).toBeUndefined();
		const tookMinutes = [
			{rehearsal: false, edgeAppliance: false, minutes: [12, 14]},
			{rehearsal: true, edgeAppliance: true, minutes: [2, 3]},
		] as const;
		const learned = {type: 'facts-learned', facts: {tookMinutes}} as const;
		expect(review(play(canvosReview(), learned)).minutes).toBeUndefined();
		expect(review(play(canvosReview(), learned, edit('edgeAppliance', 'no'))).minutes).toEqual([12, 14]);
		expect(review(play(canvosReview(), learned, edit('builder', 'rehearsal'))).minutes).toEqual([2, 3]);
	});

	test('does not let through what would not build, and says which setting to mend', () => {
		const layers = [environmentLayer({BUILDER: 'canvos', OS_DISTRIBUTION: 'sles'})];
		expect(obstacle(start({layers}))).toMatchObject({key: 'osDistribution'});
	});

	test('tells complaints about values that came from elsewhere, with their place', () => {
		const state = start({layers: [environmentLayer({CUSTOM_TAG: 'Not this'})]});
		expect(obstacle(state)).toMatchObject({
			key: 'customTag',
			message: expect.stringContaining('CUSTOM_TAG in the environment'),
		});
		expect(obstacle(play(state, edit('customTag', 'rehearsal')))).toBeUndefined();
	});
});

describe('its rows', () => {
	test('are in the groups of the settings, every decision among them', () => {
		const rows = reviewRows(canvosReview());
		const order = [...Object.values(groups), 'To know'];
		const places = rows.map(({group}) => order.indexOf(group as never));
		expect(places).toEqual(places.toSorted((a, b) => a - b));
		expect(new Set(rows.map(({decision}) => decision))).toEqual(
			new Set(['what', 'system', 'kubernetes', 'version', 'firmware', 'image', undefined]),
		);
	});

	test('tell what differs from the defaults, and lead to where it is changed', () => {
		const state = play(canvosReview(), edit('customTag', 'lab'), edit('runner', 'container'));
		expect(rowOf(state, 'Tag')).toMatchObject({value: 'lab', isChanged: true, decision: 'image'});
		expect(reviewRows(state).find(({key}) => key === 'runner')).toMatchObject({isChanged: true, decision: undefined});
		expect(reviewRows(state).find(({key}) => key === 'k8sVersion')).toMatchObject({isChanged: false});
	});

	test('don’t take for a difference what a preset says as the default has it', () => {
		const layers = [environmentLayer({BUILDER: 'canvos', OS_DISTRIBUTION: 'ubuntu', CUSTOM_TAG: 'lab'})];
		const state = start({layers});
		expect(rowOf(state, 'Distribution')).toMatchObject({value: 'Ubuntu', isChanged: false});
		expect(rowOf(state, 'Tag')).toMatchObject({value: 'lab', isChanged: true});
	});

	test('have every finding, each beside its setting', () => {
		const state = canvosReview();
		const told = reviewRows(state).flatMap(({remark}) => (remark ? [remark.message] : []));
		expect(told.toSorted()).toEqual([...new Set(told)].toSorted());
		for (const {message, keys} of review(state).findings) expect(told, keys.join(' ')).toContain(message);
		expect(rowOf(state, 'Registry')?.remark).toMatchObject({severity: 'warning'});
	});

	test('have what of the environment was passed over', () => {
		const rows = reviewRows(start({layers: [environmentLayer({RUNNER: 'self-hosted'})]}));
		expect(rows).toContainEqual(
			expect.objectContaining({
				group: 'To know',
				title: 'RUNNER in the environment',
				remark: expect.objectContaining({severity: 'warning', message: expect.stringContaining('passed over')}),
			}),
		);
	});

	test('of a rehearsal have nothing about CanvOS', () => {
		const keys = reviewRows(enter(start())).map(({key}) => key);
		expect(keys).not.toContain('runner');
	});
});

describe('the list of all settings', () => {
	const titles = (state: WizardState, filter?: string) => settingRows(state, filter).map(({name}) => name);

	test('has what matters for what is made, and nothing else', () => {
		expect(titles(canvosReview())).toContain('RUNNER');
		expect(titles(canvosReview())).not.toContain('BUILDKIT_HOSTS');
		expect(titles(play(canvosReview(), edit('runner', 'remote')))).toContain('BUILDKIT_HOSTS');
		expect(titles(enter(start()))).not.toContain('RUNNER');
		const standard = enterUntil(choose(start(), 'Standard image'), 'review');
		for (const name of ['DOCA_VERSION', 'NUMVF_EW']) {
			expect(titles(standard)).not.toContain(name);
			expect(titles(canvosReview())).toContain(name);
		}
	});

	test('is narrowed by words, by the upper-case name and by the group', () => {
		expect(titles(canvosReview(), 'vf')).toEqual(expect.arrayContaining(['NUMVF_EW', 'NUMVF_NS']));
		expect(titles(canvosReview(), 'NUMVF_EW')).toEqual(['NUMVF_EW']);
		expect(titles(canvosReview(), 'node preparation').length).toBeGreaterThan(5);
		expect(titles(canvosReview(), 'no such words')).toEqual([]);
	});

	test('says where each value comes from, and what is wrong with it', () => {
		const layers = [environmentLayer({MEMORY: '4096', CUSTOM_TAG: 'Not this'})];
		const rows = Object.fromEntries(settingRows(play(start({layers}), edit('cores', '3'))).map(row => [row.name, row]));
		expect(rows.MEMORY).toMatchObject({value: '4096', from: 'MEMORY in the environment', isChanged: true});
		expect(rows.CORES).toMatchObject({value: '3', from: 'your answer', isChanged: true});
		expect(rows.K8S_VERSION).toMatchObject({from: 'default', isChanged: false, remark: undefined});
		expect(rows.CUSTOM_TAG).toMatchObject({remark: {severity: 'error'}});
	});

	test('never shows a secret', () => {
		const state = play(
			canvosReview(),
			edit('ubuntuProAttach', 'yes'),
			edit('ubuntuProKey', 'C1234567'),
			edit('httpProxy', 'http://me:word@proxy:3128'),
		);
		expect(settingsOf(state).ubuntuProKey).toBe('C1234567');
		expect(JSON.stringify([settingRows(state), reviewRows(state), review(state)])).not.toMatch(/C1234567|word/);
	});

	test('offers yes and no, or the choices, where nothing needs typing', () => {
		expect(valuesOf('debug').map(({title}) => title)).toEqual(['yes', 'no']);
		expect(valuesOf('runner').length).toBeGreaterThan(2);
		expect(valuesOf('customTag')).toEqual([]);
	});
});

test('what is too little room is known as soon as the facts are', () => {
	const state = play(canvosReview(), {type: 'facts-learned', facts: factsWith({freeDiskGb: 3, dockerFreeDiskGb: 5})});
	for (const {gb, freeGb} of review(state).disks) expect(freeGb).toBeLessThan(gb);
});
