import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {settingKeys} from '../../source/settings/fields.ts';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import {
	currentQuestion,
	resumeWizard,
	review,
	settingsOf,
	startWizard,
	visibleQuestions,
	type WizardAction,
	type WizardStart,
	type WizardState,
	wizardDraft,
	wizardOutcome,
	wizardReducer,
} from '../../source/wizard/index.ts';
import {debianMachine} from '../settings/settings-of.ts';

const start = (options: Partial<WizardStart> = {}) => startWizard({machine: debianMachine, ...options});
const play = (state: WizardState, ...actions: WizardAction[]) => actions.reduce(wizardReducer, state);
const enter: WizardAction = {type: 'confirmed'};
const answer = (text: string): WizardAction => ({type: 'answered', text});
const jump = (to: WizardState['at']): WizardAction => ({type: 'jumped', to});

/** Enter until the wizard stands at `at`; fails when it never gets there. */
const enterUntil = (state: WizardState, at: WizardState['at']): WizardState => {
	let now = state;
	for (let count = 0; count < 200 && now.at !== at; count++) {
		now = wizardReducer(now, enter);
		if (now.problem) throw new Error(`${now.at}: ${now.problem.message}`);
	}
	expect(now.at).toBe(at);
	return now;
};

describe('Enter all the way', () => {
	test('builds the rehearsal of this machine', () => {
		const finished = play(enterUntil(start(), 'preset'), enter);
		expect(wizardOutcome(finished)?.settings).toMatchObject({
			builder: 'rehearsal',
			osDistribution: 'debian',
			osVersion: '12',
			edgeAppliance: true,
		});
		expect(wizardOutcome(finished)?.presetName).toBeUndefined();
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
			'preset',
		]);
	});

	test('works on the expert path too, for both builders', () => {
		for (const builder of ['rehearsal', 'canvos']) {
			const state = play(start({path: 'expert'}), answer('expert'), answer(builder));
			expect(wizardOutcome(play(enterUntil(state, 'preset'), enter))?.settings.builder).toBe(builder);
		}
	});
});

describe('questions', () => {
	test('the expert path asks every setting sooner or later', () => {
		const machine = {osId: 'ubuntu', osVersion: '24.04', arch: 'amd64'} as const;
		const asked = new Set<string>();
		for (const answers of [
			{builder: 'canvos', runner: 'remote', ubuntuProAttach: 'true', installNvidiaGpuDrivers: 'true'},
			{builder: 'canvos', isUki: 'true', edgeAppliance: 'false'},
		]) {
			for (const {id} of visibleQuestions({...startWizard({machine, path: 'expert'}), answers})) asked.add(id);
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
		expect(state.input).toBe('mine');
	});

	test('they are counted', () => {
		expect(currentQuestion(play(start(), answer('quick')))).toMatchObject({
			id: 'builder',
			number: 2,
			total: 13,
			step: 'Builder',
		});
	});
});

describe('a choice that would not build', () => {
	const canvos = play(start(), answer('quick'), answer('canvos'));

	test('is refused with its reason, where the settings it clashes with are settled', () => {
		const state = play(canvos, answer('opensuse-leap'), jump('edgeAppliance'));
		expect(currentQuestion(state)?.choices[0]).toMatchObject({value: 'true', refused: {id: 'D01'}});
		expect(state.highlight).toBe(1);
		expect(play(state, answer('true')).problem?.message).toMatch(/cannot be built on opensuse-leap/);
	});

	test('stays open while they are still to come', () => {
		const offers = currentQuestion(canvos)?.choices ?? [];
		expect(offers.find(({value}) => value === 'opensuse-leap')?.refused).toBeUndefined();
		expect(offers.find(({value}) => value === 'debian')?.refused).toMatchObject({id: 'S01'});
	});

	test('is passed over by the arrow keys', () => {
		const rehearsal = play(start(), jump('osDistribution'));
		expect(currentQuestion(rehearsal)?.choices[rehearsal.highlight]?.value).toBe('debian');
		expect(play(rehearsal, {type: 'moved', by: 1}).highlight).toBe(rehearsal.highlight);
	});
});

describe('typing', () => {
	test('marks the choice that starts with the letters', () => {
		const state = play(start(), jump('k8sDistribution'), {type: 'typed', text: 'rk'}, enter);
		expect(settingsOf(state).k8sDistribution).toBe('rke2');
	});

	test('a text is judged as everywhere else, and stays to be mended', () => {
		const state = play(start(), jump('k8sVersion'), {type: 'typed', text: '1;id'}, enter);
		expect(state).toMatchObject({at: 'k8sVersion', input: '1;id', problem: {message: expect.stringContaining(';')}});
		expect(play(state, {type: 'typed', text: '1.33.6'}, enter)).toMatchObject({
			at: 'edgeAppliance',
			problem: undefined,
		});
	});

	test('known Kubernetes versions are offered as soon as they are known, newest first', () => {
		const state = play(start(), jump('k8sVersion'), {
			type: 'facts-learned',
			facts: {kubernetesVersions: {kubeadm: ['1.33.6', '1.34.2', '1.33.10']}},
		});
		expect(currentQuestion(state)?.choices.map(({value}) => value)).toEqual(['1.34.2', '1.33.10', '1.33.6']);
		expect(play(state, {type: 'moved', by: 1}).input).toBe('1.33.10');
	});
});

describe('going back and forth', () => {
	test('back is the question before, and its answer is still there', () => {
		const state = play(start(), jump('customTag'), answer('mine'), {type: 'went-back'});
		expect(state).toMatchObject({at: 'customTag', input: 'mine'});
		const again = play(start(), answer('quick'), answer('canvos'), {type: 'went-back'});
		expect(again).toMatchObject({at: 'builder', highlight: 1});
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
	const atPreset = enterUntil(play(start(), answer('quick'), answer('canvos')), 'preset');

	test('takes what was asked, so that the preset goes on making the same image', () => {
		const outcome = wizardOutcome(play(atPreset, answer('edge')));
		expect(outcome?.presetName).toBe('edge');
		expect(outcome?.presetSettings).toMatchObject({
			builder: 'canvos',
			osVersion: '24.04',
			k8sVersion: '1.34.2',
			imageRegistry: 'ttl.sh',
		});
	});

	test('leaves out what a rehearsal takes from its machine', () => {
		const outcome = wizardOutcome(play(enterUntil(start(), 'preset'), answer('mine')));
		expect(outcome?.presetSettings).toEqual({builder: 'rehearsal'});
	});

	test('refuses a name that cannot be a file', () => {
		expect(play(atPreset, answer('../x'))).toMatchObject({
			finished: false,
			problem: {message: expect.stringContaining('preset')},
		});
	});

	test('never takes a secret', () => {
		const state = {
			...atPreset,
			answers: {...atPreset.answers, ubuntuProKey: 'C123', httpProxy: 'http://me:word@proxy:3128'},
		};
		expect(JSON.stringify(wizardOutcome(play(state, answer('x')))?.presetSettings)).not.toMatch(/C123|word/);
	});
});

describe('a draft', () => {
	test('brings the wizard back where it was', () => {
		const state = play(start(), answer('quick'), answer('canvos'), answer('ubuntu'), answer('22.04'));
		const resumed = resumeWizard({machine: debianMachine}, JSON.parse(JSON.stringify(wizardDraft(state))));
		expect(resumed).toEqual(state);
	});

	test('has no secret in it, and its question is asked again', () => {
		const state = play(
			start({path: 'expert'}),
			answer('expert'),
			answer('canvos'),
			jump('ubuntuProAttach'),
			answer('true'),
			answer('C1234567'),
			jump('httpProxy'),
			answer('http://me:word@proxy:3128'),
		);
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
				expect(currentQuestion(resumeWizard({machine: debianMachine}, draft))).toBeDefined();
			}),
			{numRuns: 50},
		);
	});
});

test('a secret is never shown', () => {
	const state = play(
		start({path: 'expert'}),
		answer('expert'),
		answer('canvos'),
		jump('ubuntuProAttach'),
		answer('true'),
		answer('C1234567'),
	);
	expect(
		JSON.stringify([visibleQuestions(state), review(state), currentQuestion(play(state, jump('ubuntuProKey')))]),
	).not.toContain('C1234567');
});

test('no sequence of keys breaks the wizard', () => {
	const ids = visibleQuestions(start({path: 'expert'})).map(({id}) => id);
	const action = fc.oneof<fc.Arbitrary<WizardAction>[]>(
		fc.constant(enter),
		fc.constant({type: 'went-back' as const}),
		fc.record({type: fc.constant('moved' as const), by: fc.constantFrom(-1, 1)}),
		fc.record({type: fc.constant('typed' as const), text: fc.string({maxLength: 8})}),
		fc.record({
			type: fc.constant('answered' as const),
			text: fc.constantFrom('canvos', 'rehearsal', 'true', 'false', 'ubuntu', 'sles', '22', ''),
		}),
		fc.record({type: fc.constant('jumped' as const), to: fc.constantFrom(...ids)}),
		fc.record({type: fc.constant('path-chosen' as const), path: fc.constantFrom('quick' as const, 'expert' as const)}),
	);
	fc.assert(
		fc.property(fc.array(action, {maxLength: 15}), actions => {
			let state = start();
			for (const one of actions) {
				state = wizardReducer(state, one);
				if (state.finished) {
					expect(wizardOutcome(state)).toBeDefined();
					break;
				}
				expect(visibleQuestions(state).map(({id}) => id)).toContain(state.at);
				const {choices} = currentQuestion(state) ?? {choices: []};
				expect(state.highlight).toBeLessThan(Math.max(choices.length, 1));
				expect(choices[state.highlight]?.refused).toBeUndefined();
			}
		}),
		{numRuns: 60},
	);
});
