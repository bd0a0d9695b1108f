import {describe, expect, test} from 'vitest';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import {decisionOf, decisionsFor} from '../../source/wizard/decisions.ts';
import {obstacle} from '../../source/wizard/review.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import {sheetRows, trouble} from '../../source/wizard/sheet.ts';
import {fieldsAt} from '../../source/wizard/wizard-reducer.ts';
import type {WizardState} from '../../source/wizard/wizard-state.ts';
import {canvosReview, choose, edit, enter, enterUntil, goTo, play, start} from './playing.ts';

const marks = (state: WizardState) => Object.fromEntries(sheetRows(state).map(({id, mark}) => [id, mark]));
const back = {type: 'went-back'} as const;

describe('Enter all the way', () => {
	test('a rehearsal goes from its card straight to the review', () => {
		const state = enter(start());
		expect(state).toMatchObject({at: 'review', answers: {}, made: ['what']});
		expect(obstacle(state)).toBeUndefined();
		expect(settingsOf(state)).toMatchObject({builder: 'rehearsal', osDistribution: 'debian', osVersion: '12'});
	});

	test('an edge appliance is at most six decisions, and eight Enters', () => {
		let state = choose(start(), 'Edge appliance');
		let enters = 1;
		for (; state.at !== 'review'; enters++) state = enter(state);
		expect(state.made).toEqual(['what', 'system', 'kubernetes', 'version', 'firmware', 'image']);
		expect(enters).toBeLessThanOrEqual(8);
		expect(obstacle(state)).toBeUndefined();
	});

	test('what is left takes its default', () => {
		const state = play(choose(start(), 'Standard image'), {type: 'took-defaults'});
		expect(state.at).toBe('review');
		expect(obstacle(state)).toBeUndefined();
	});
});

describe('the rail', () => {
	test('tells every decision, its answer, and whether anybody made it', () => {
		const state = choose(choose(start(), 'Edge appliance'), 'Ubuntu 22.04');
		expect(sheetRows(state)).toMatchObject([
			{title: 'What', value: 'Edge appliance', mark: 'answered', isHere: false},
			{title: 'System', value: 'Ubuntu 22.04', mark: 'answered', isHere: false},
			{title: 'Kubernetes', value: 'kubeadm', mark: 'default', isHere: true},
			{title: 'Version', value: '1.34.2', mark: 'default'},
			{title: 'Firmware', value: 'Download', mark: 'default'},
			{title: 'Image', value: 'ttl.sh/ubuntu:kubeadm-1.34.2-demo', mark: 'look'},
		]);
	});

	test('what was given before counts as answered', () => {
		const state = start({layers: [environmentLayer({K8S_VERSION: '1.33.6'})]});
		expect(marks(state)).toMatchObject({what: 'default', version: 'answered'});
	});

	test('marks what has become impossible', () => {
		const state = start({layers: [environmentLayer({BUILDER: 'canvos', OS_DISTRIBUTION: 'opensuse-leap'})]});
		expect(marks(state)).toMatchObject({system: 'impossible'});
		const wrong = start({layers: [environmentLayer({CUSTOM_TAG: 'Not this'})]});
		expect(marks(wrong)).toMatchObject({image: 'impossible'});
	});

	test('shows a name of a file instead of the choice that stands for it', () => {
		const state = play(canvosReview(), edit('docaDebFile', '/srv/own.deb'));
		expect(sheetRows(state)).toMatchObject([{}, {}, {}, {}, {value: 'Files of this machine'}, {}]);
	});
});

describe('going back', () => {
	test('is the decision before, and its answer is still there', () => {
		const state = play(choose(choose(start(), 'Edge appliance'), 'Ubuntu 22.04'), back);
		expect(state).toMatchObject({at: 'system', answers: {builder: 'canvos', osVersion: '22.04'}});
		expect(play(state, back, back, back).at).toBe('what');
	});

	// Symptom: Esc at the review led to a decision, and Esc there to the review: only Ctrl-C got out.
	test('from the review leads all the way out', () => {
		const order: string[] = [];
		let state = canvosReview();
		for (let count = 0; count < 10 && state.at !== 'what'; count++) {
			state = play(state, back);
			order.push(state.at);
		}
		expect(order).toEqual(['image', 'firmware', 'version', 'kubernetes', 'system', 'what']);
		expect(state.reviewing).toBe(false);
		expect(play(start({at: 'review'}), back)).toMatchObject({at: 'what', reviewing: false});
	});

	// Symptom: Esc while a file was named led past the choices, to the decision before.
	test('from what a choice asked for is the choices', () => {
		const files = choose(play(choose(start(), 'Edge appliance'), goTo('firmware')), 'Files of this machine');
		expect(files.field).toBe('docaDebFile');
		expect(play(files, back)).toMatchObject({at: 'firmware', field: undefined});
		expect(play(files, back, back).at).toBe('version');
	});

	test('a correction from the review leads back to it, answered or not', () => {
		const state = play(canvosReview(), goTo('system'));
		expect(choose(state, 'Ubuntu 22.04')).toMatchObject({at: 'review', answers: {osVersion: '22.04'}});
		expect(play(state, back)).toMatchObject({at: 'review', answers: {builder: 'canvos'}});
	});

	test('to the review and back changes no answer', () => {
		const state = choose(choose(start(), 'Edge appliance'), 'Ubuntu 22.04');
		const again = play(state, goTo('review'), back);
		expect([again.answers, again.made, again.resolved]).toEqual([state.answers, state.made, state.resolved]);
	});
});

describe('an answer that upsets an earlier one', () => {
	const openSuse = () => choose(enterUntil(choose(start(), 'Standard image'), 'system'), 'openSUSE Leap 15.6');

	test('says so, and what fits is what Enter takes there', () => {
		const state = choose(play(openSuse(), goTo('review'), goTo('what')), 'Edge appliance');
		expect(state).toMatchObject({at: 'review', upset: ['system']});
		expect(trouble(state, 'system')?.message).toBe('an edge appliance cannot be built on openSUSE Leap');
		const mended = enter(play(state, goTo('system')));
		expect(settingsOf(mended)).toMatchObject({osDistribution: 'ubuntu', osVersion: '24.04'});
		expect(obstacle(mended)).toBeUndefined();
	});

	test('is silent about what comes next anyway', () => {
		const facts = {kubernetesVersions: {kubeadm: ['1.34.2'], nodeadm: ['1.33.0']}};
		const state = play(choose(start(), 'Edge appliance'), {type: 'facts-learned', facts}, goTo('kubernetes'));
		expect(choose(state, 'nodeadm')).toMatchObject({at: 'version', upset: []});
	});
});

describe('a field', () => {
	const image = () => enterUntil(choose(start(), 'Standard image'), 'image');

	test('is filled in beside the others, forth and back', () => {
		expect(fieldsAt(image())).toEqual(decisionOf('image').fields);
		const tag = play(image(), goTo('image'), {
			type: 'edited',
			key: 'imageRegistry',
			text: 'ghcr.io/acme',
			goesTo: 'next-field',
		});
		expect(tag).toMatchObject({field: 'imageRepo', answers: {imageRegistry: 'ghcr.io/acme'}});
		expect(play(tag, {type: 'edited', key: 'imageRepo', text: 'ubuntu', goesTo: 'field-before'}).field).toBe(
			'imageRegistry',
		);
	});

	test('with a text that is refused stays, and says why', () => {
		const state = play(image(), {type: 'edited', key: 'imageRegistry', text: 'https://ghcr.io', goesTo: 'next-field'});
		expect(state).toMatchObject({
			field: 'imageRegistry',
			problem: {key: 'imageRegistry', message: expect.stringContaining('scheme')},
			answers: image().answers,
		});
		expect(
			play(state, {type: 'edited', key: 'imageRegistry', text: 'ghcr.io', goesTo: 'next-field'}).problem,
		).toBeUndefined();
	});

	// Symptom: Ctrl-R in a field with a text that is refused led to the review, and the text was gone without a word.
	test('goes to the review with its text only when that is right', () => {
		const right = play(image(), {type: 'edited', key: 'imageRegistry', text: 'ghcr.io', goesTo: 'review'});
		expect(right).toMatchObject({at: 'review', answers: {imageRegistry: 'ghcr.io'}});
		const wrong = play(image(), {type: 'edited', key: 'imageRegistry', text: 'a b', goesTo: 'review'});
		expect(wrong).toMatchObject({at: 'image', field: 'imageRegistry', problem: {key: 'imageRegistry'}});
	});
});

describe('a setting changed in the list of all', () => {
	test('counts, and can be taken back', () => {
		const changed = play(canvosReview(), edit('runner', 'container'));
		expect(changed.answers).toMatchObject({runner: 'container'});
		expect(play(changed, {type: 'reset', key: 'runner'}).answers).toEqual(canvosReview().answers);
	});

	test('as it counts anyway is no answer', () => {
		expect(play(canvosReview(), edit('runner', 'managed')).answers).toEqual(canvosReview().answers);
		const given = start({layers: [environmentLayer({CUSTOM_TAG: 'mine'})]});
		expect(play(given, edit('customTag', 'mine')).answers).toEqual({});
	});

	test('in place of a value that was complained about is one, even when it is the default', () => {
		const given = start({layers: [environmentLayer({CUSTOM_TAG: 'Not this'})]});
		const mended = play(given, edit('customTag', 'rehearsal'));
		expect(mended.answers).toEqual({customTag: 'rehearsal'});
		expect(obstacle(mended)).toBeUndefined();
	});

	// Symptom: the wizard stood at a decision that was no more, as the firmware of a standard image.
	test('that takes away the decision one stands at leads to the next', () => {
		const state = play(enterUntil(choose(start(), 'Edge appliance'), 'firmware'), edit('edgeAppliance', 'no'));
		expect(state.at).toBe('image');
		const filling = choose(play(choose(start(), 'Edge appliance'), goTo('firmware')), 'Files of this machine');
		expect(play(filling, edit('builder', 'rehearsal'), edit('edgeAppliance', 'no'))).toMatchObject({
			at: 'image',
			field: 'imageRegistry',
		});
		const rhel = choose(choose(start(), 'Standard image'), 'Red Hat Enterprise Linux');
		expect(play(rhel, edit('osDistribution', 'ubuntu'))).toMatchObject({at: 'system', field: undefined});
	});
});

test('what was merely accepted follows another builder', () => {
	const state = choose(play(enter(start()), goTo('what')), 'Edge appliance');
	expect(settingsOf(state)).toMatchObject({osDistribution: 'ubuntu', imageRegistry: 'ttl.sh', customTag: 'demo'});
	expect(state.answers).toEqual({builder: 'canvos'});
});

test('what no longer fits is blamed on the question it was answered to', () => {
	const state = play(start(), edit('builder', 'canvos'), edit('osVersion', '12'));
	expect(trouble(state, 'system')?.message).toBe('there is no edge appliance for Ubuntu 12');
});

test('every decision has words for each of its parts', () => {
	for (const {id, question, help, title} of decisionsFor(settingsOf(choose(start(), 'Edge appliance')))) {
		expect(question, id).toMatch(/\?$/);
		for (const part of [title, help.what, help.why, help.safe, help.breaks]) expect(part, id).not.toBe('');
	}
});
