import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {settingKeys} from '../../source/settings/fields.ts';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import {resumeWizard, wizardDraft} from '../../source/wizard/draft.ts';
import {presetSettings} from '../../source/wizard/preset-of-answers.ts';
import {currentQuestion, visibleQuestions} from '../../source/wizard/question-view.ts';
import {review} from '../../source/wizard/review.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import {startWizard, type WizardStart, withAnswers, wizardReducer} from '../../source/wizard/wizard-reducer.ts';
import type {WizardAction, WizardState} from '../../source/wizard/wizard-state.ts';
import {factsWith} from '../helpers/facts.ts';
import {debianMachine} from '../settings/settings-of.ts';

const start = (options: Partial<WizardStart> = {}) =>
	startWizard({machine: debianMachine, facts: factsWith(), ...options});
const enter = 'enter';
/** What each action makes of the wizard; Enter takes what is offered. */
const play = (state: WizardState, ...actions: (WizardAction | typeof enter)[]) =>
	actions.reduce<WizardState>(
		(now, action) => wizardReducer(now, action === enter ? answer(currentQuestion(now).offered) : action),
		state,
	);
const answer = (text: string): WizardAction => ({type: 'answered', text});
const jump = (to: WizardState['at']): WizardAction => ({type: 'jumped', to});

/** Enter until the wizard stands at `at`; fails when it never gets there. */
const enterUntil = (state: WizardState, at: WizardState['at']): WizardState => {
	let now = state;
	for (let count = 0; count < 200 && now.at !== at; count++) {
		now = play(now, enter);
		if (now.problem) throw new Error(`${now.at}: ${now.problem.message}`);
	}
	expect(now.at).toBe(at);
	return now;
};

describe('Enter all the way', () => {
	test('builds the rehearsal of this machine', () => {
		const state = enterUntil(start(), 'review');
		expect(review(play(state, enter)).obstacle).toBeUndefined();
		expect(settingsOf(state)).toMatchObject({
			builder: 'rehearsal',
			osDistribution: 'debian',
			osVersion: '12',
			edgeAppliance: true,
		});
	});

	test('asks about ten questions on the quick path, in the order of the job', () => {
		expect(visibleQuestions(start()).map(({id}) => id)).toEqual([
			'path',
			'builder',
			'osDistribution',
			'osVersion',
			'k8sDistribution',
			'k8sVersion',
			'edgeAppliance',
			'firmware',
			'imageRegistry',
			'imageRepo',
			'customTag',
			'review',
		]);
	});

	test('works on the expert path too, for both builders', () => {
		for (const builder of ['rehearsal', 'canvos']) {
			const state = play(start({path: 'expert'}), answer('expert'), answer(builder));
			expect(settingsOf(enterUntil(state, 'review')).builder).toBe(builder);
		}
	});
});

describe('questions', () => {
	test('the expert path asks every setting sooner or later', () => {
		const machine = {osId: 'ubuntu', osVersion: '24.04', arch: 'amd64'} as const;
		const asked = new Set<string>();
		for (const answers of [
			{builder: 'canvos', runner: 'remote', ubuntuProAttach: true, installNvidiaGpuDrivers: true},
			{builder: 'canvos', isUki: true, edgeAppliance: false},
		] as const) {
			const state = startWizard({machine, facts: factsWith({machine}), path: 'expert'});
			for (const {id} of visibleQuestions(withAnswers(state, answers))) asked.add(id);
		}
		expect(settingKeys.filter(key => !asked.has(key))).toEqual([]);
	});

	test('a standard image is not asked about firmware', () => {
		const ids = visibleQuestions(play(start(), jump('edgeAppliance'), answer('false'))).map(({id}) => id);
		expect(ids).not.toContain('firmware');
	});

	test('values given before are offered, with their place', () => {
		const state = play(start({layers: [environmentLayer({CUSTOM_TAG: 'mine'})]}), jump('customTag'));
		expect(currentQuestion(state)).toMatchObject({offered: 'mine', from: 'CUSTOM_TAG in the environment'});
	});

	test('they are counted', () => {
		expect(currentQuestion(play(start(), answer('quick')))).toMatchObject({
			id: 'builder',
			number: 2,
			total: 11,
			step: 'Builder',
		});
	});
});

describe('a choice that would not build', () => {
	const canvos = play(start(), answer('quick'), answer('canvos'));

	test('is refused with its reason, where the settings it clashes with are settled', () => {
		const state = play(canvos, answer('opensuse-leap'), jump('edgeAppliance'));
		expect(currentQuestion(state).choices[0]).toMatchObject({value: 'true', refused: {id: 'D01'}});
		expect(currentQuestion(state).offered).toBe('false');
		expect(play(state, answer('true')).problem?.message).toMatch(/cannot be built on opensuse-leap/);
	});

	test('stays open while they are still to come', () => {
		const offers = currentQuestion(canvos).choices;
		expect(offers.find(({value}) => value === 'opensuse-leap')?.refused).toBeUndefined();
		expect(offers.find(({value}) => value === 'debian')?.refused).toMatchObject({id: 'S01'});
	});

	test('is never offered', () => {
		const versions = {kubeadm: ['1.34.2'], nodeadm: ['1.32.1', '1.33.0']};
		const state = play(canvos, {type: 'facts-learned', facts: {kubernetesVersions: versions}}, jump('k8sDistribution'));
		expect(currentQuestion(play(state, answer('nodeadm')))).toMatchObject({id: 'k8sVersion', offered: '1.33.0'});
		expect(currentQuestion(play(start(), jump('osDistribution'))).offered).toBe('debian');
	});
});

describe('a text', () => {
	test('is judged as everywhere else', () => {
		const state = play(start(), jump('k8sVersion'), answer('1;id'));
		expect(state).toMatchObject({at: 'k8sVersion', problem: {message: expect.stringContaining(';')}});
		expect(play(state, answer('1.33.6'))).toMatchObject({
			at: 'edgeAppliance',
			problem: undefined,
		});
	});

	test('known Kubernetes versions are offered as soon as they are known, newest first', () => {
		const state = play(start(), jump('k8sVersion'), {
			type: 'facts-learned',
			facts: {kubernetesVersions: {kubeadm: ['1.33.6', '1.34.2', '1.33.10']}},
		});
		expect(currentQuestion(state).choices.map(({value}) => value)).toEqual(['1.34.2', '1.33.10', '1.33.6']);
	});
});

describe('going back and forth', () => {
	test('back is the question before, and its answer is still there', () => {
		const state = play(start(), jump('customTag'), answer('mine'), {type: 'went-back'});
		expect(currentQuestion(state)).toMatchObject({id: 'customTag', offered: 'mine'});
		const again = play(start(), answer('quick'), answer('canvos'), {type: 'went-back'});
		expect(currentQuestion(again)).toMatchObject({id: 'builder', offered: 'canvos'});
	});

	test('a correction from the review leads back to it', () => {
		const atReview = enterUntil(start(), 'review');
		expect(play(atReview, jump('customTag'), answer('mine')).at).toBe('review');
		expect(play(atReview, jump('customTag'), {type: 'went-back'}).at).toBe('review');
	});

	test('unless it brings up a question that was not asked yet', () => {
		const atReview = enterUntil(play(start(), jump('edgeAppliance'), answer('false'), jump('path')), 'review');
		expect(play(atReview, jump('edgeAppliance'), answer('true')).at).toBe('firmware');
	});

	test('what was merely accepted follows another builder', () => {
		const state = play(enterUntil(start(), 'review'), jump('builder'), answer('canvos'));
		expect(settingsOf(state)).toMatchObject({osDistribution: 'ubuntu', imageRegistry: 'ttl.sh', customTag: 'demo'});
	});

	test('changing to all questions keeps the place', () => {
		expect(play(start(), jump('customTag'), {type: 'path-chosen', path: 'expert'}).at).toBe('customTag');
		const deep = play(start({path: 'expert'}), jump('docaVersion'), {type: 'path-chosen', path: 'quick'});
		expect(deep.at).toBe('review');
	});
});

describe('the review', () => {
	test('names what will be made', () => {
		const state = play(start(), answer('quick'), answer('canvos'), jump('imageRegistry'), answer('ghcr.io/acme'));
		expect(review(state)).toMatchObject({
			image: 'ghcr.io/acme/ubuntu:kubeadm-1.34.2-v4.8.10-demo',
			iso: 'palette-edge-installer.iso',
			rehearsal: false,
			obstacle: undefined,
		});
		expect(review(state).disk.gb).toBeGreaterThan(30);
	});

	test('says so when only the build will know the version', () => {
		const state = play(start({path: 'expert'}), answer('expert'), answer('canvos'), jump('canvosRef'), answer('main'));
		expect(review(state).image).toContain('PE_VERSION');
	});

	test('does not let through what would not build, and says where to mend it', () => {
		const state = play(
			start({layers: [environmentLayer({BUILDER: 'canvos', OS_DISTRIBUTION: 'sles'})]}),
			jump('review'),
			enter,
		);
		expect(state).toMatchObject({at: 'review', problem: {at: 'osDistribution'}});
	});

	test('tells complaints about values that came from elsewhere', () => {
		const state = play(start({layers: [environmentLayer({CUSTOM_TAG: 'Not this'})]}), jump('review'));
		expect(review(state).obstacle).toMatchObject({
			at: 'customTag',
			message: expect.stringContaining('CUSTOM_TAG in the environment'),
		});
		expect(review(play(state, jump('customTag'), answer('rehearsal'))).obstacle).toBeUndefined();
	});
});

describe('saving as a preset', () => {
	const atReview = enterUntil(play(start(), answer('quick'), answer('canvos')), 'review');

	test('takes what was asked, so that the preset goes on making the same image', () => {
		expect(presetSettings(atReview)).toMatchObject({
			builder: 'canvos',
			osVersion: '24.04',
			k8sVersion: '1.34.2',
			imageRegistry: 'ttl.sh',
		});
	});

	test('leaves out what a rehearsal takes from its machine', () => {
		expect(presetSettings(enterUntil(start(), 'review'))).toEqual({builder: 'rehearsal'});
	});

	test('never takes a secret', () => {
		const secrets = {ubuntuProKey: 'C123', httpProxy: 'http://me:word@proxy:3128'};
		const state = withAnswers(atReview, {...atReview.answers, ...secrets});
		expect(JSON.stringify(presetSettings(state))).not.toMatch(/C123|word/);
	});
});

test('answers are kept as the values they mean', () => {
	const state = play(start(), jump('edgeAppliance'), answer('no'), jump('builder'), answer('canvos'));
	expect(state.answers).toEqual({edgeAppliance: false, builder: 'canvos'});
	expect(currentQuestion(play(state, jump('edgeAppliance')))).toMatchObject({offered: 'false', from: 'your answer'});
});

test('what no longer fits is blamed on the question it was answered to', () => {
	const state = withAnswers(start(), {builder: 'canvos', osVersion: 'bookworm'});
	expect(review(state).obstacle?.message).toContain('your answer to "Which version of the distribution?"');
});

/** A wizard that was told a secret. */
const withProKey = () =>
	play(
		start({path: 'expert'}),
		answer('expert'),
		answer('canvos'),
		jump('ubuntuProAttach'),
		answer('true'),
		answer('C1234567'),
	);

describe('a draft', () => {
	test('brings the wizard back where it was', () => {
		const state = play(start(), answer('quick'), answer('canvos'), answer('ubuntu'), answer('22.04'));
		const resumed = resumeWizard(
			{machine: debianMachine, facts: factsWith()},
			JSON.parse(JSON.stringify(wizardDraft(state))),
		);
		expect(resumed).toEqual(state);
	});

	test('of a release that kept answers as they were typed is read as it was meant', () => {
		const answers = {edgeAppliance: 'no', memory: '9000', customTag: 'Not this'};
		const resumed = resumeWizard({machine: debianMachine, facts: factsWith()}, {draftVersion: 1, answers});
		expect(resumed.answers).toEqual({edgeAppliance: false, memory: 9000});
	});

	test('has no secret in it, and its question is asked again', () => {
		const state = play(withProKey(), jump('httpProxy'), answer('http://me:word@proxy:3128'));
		const draft = wizardDraft(state);
		expect(JSON.stringify(draft)).not.toMatch(/C1234567|word/);
		expect(draft.confirmed).toContain('ubuntuProAttach');
		expect(draft.confirmed).not.toContain('ubuntuProKey');
	});

	test('of any content gives a wizard that works', () => {
		const anything = fc.oneof(
			fc.jsonValue(),
			fc.record({
				draftVersion: fc.constant(1),
				path: fc.string(),
				at: fc.string(),
				answers: fc.dictionary(fc.constantFrom(...settingKeys), fc.jsonValue()),
				confirmed: fc.jsonValue(),
			}),
		);
		fc.assert(
			fc.property(anything, draft => {
				expect(currentQuestion(resumeWizard({machine: debianMachine, facts: factsWith()}, draft))).toBeDefined();
			}),
			{numRuns: 50},
		);
	});
});

test('a secret is never shown', () => {
	const state = withProKey();
	expect(
		JSON.stringify([visibleQuestions(state), review(state), currentQuestion(play(state, jump('ubuntuProKey')))]),
	).not.toContain('C1234567');
});

test('no sequence of keys breaks the wizard', () => {
	const ids = visibleQuestions(start({path: 'expert'})).map(({id}) => id);
	const action = fc.oneof<fc.Arbitrary<WizardAction | typeof enter>[]>(
		fc.constant(enter),
		fc.constant({type: 'went-back' as const}),
		fc.record({
			type: fc.constant('answered' as const),
			text: fc.oneof(
				fc.constantFrom('canvos', 'rehearsal', 'true', 'false', 'ubuntu', 'sles', '22', ''),
				fc.string({maxLength: 8}),
			),
		}),
		fc.record({type: fc.constant('jumped' as const), to: fc.constantFrom(...ids)}),
		fc.record({type: fc.constant('path-chosen' as const), path: fc.constantFrom('quick' as const, 'expert' as const)}),
	);
	fc.assert(
		fc.property(fc.array(action, {maxLength: 15}), actions => {
			let state = start();
			for (const one of actions) {
				state = play(state, one);
				expect(visibleQuestions(state).map(({id}) => id)).toContain(state.at);
				const {choices, offered} = currentQuestion(state);
				if (choices.some(({refused}) => !refused))
					expect(choices.find(({value}) => value === offered)?.refused).toBeUndefined();
			}
		}),
		{numRuns: 60},
	);
});
