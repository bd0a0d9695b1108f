import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {settingKeys} from '../../source/settings/fields.ts';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import {decisions} from '../../source/wizard/decisions.ts';
import {halfTypedIn, resumeWizard, wizardDraft} from '../../source/wizard/draft.ts';
import {sheetRows} from '../../source/wizard/sheet.ts';
import type {WizardStart} from '../../source/wizard/wizard-reducer.ts';
import type {WizardState} from '../../source/wizard/wizard-state.ts';
import {factsWith} from '../helpers/facts.ts';
import {debianMachine} from '../settings/settings-of.ts';
import {choose, edit, enterUntil, goTo, play, start} from './playing.ts';

const fresh: WizardStart = {machine: debianMachine, facts: factsWith()};
const written = (state: WizardState): unknown => JSON.parse(JSON.stringify(wizardDraft(state)));

describe('a draft', () => {
	test('brings the wizard back where it was', () => {
		const state = choose(choose(start(), 'Edge appliance'), 'Ubuntu 22.04');
		expect(resumeWizard(fresh, written(state))).toEqual(state);
	});

	test('of the review leads to the review', () => {
		const state = enterUntil(choose(start(), 'Standard image'), 'review');
		expect(resumeWizard(fresh, written(state))).toMatchObject({at: 'review', answers: state.answers, made: state.made});
	});

	test('of a decision that there is no more leads to the review', () => {
		const state = play(choose(start(), 'Edge appliance'), goTo('firmware'));
		const layers = [environmentLayer({EDGE_APPLIANCE: 'no'})];
		expect(resumeWizard({...fresh, layers}, written(state)).at).toBe('review');
	});

	test('of the wizard before, with a question for every setting, opens the review of its answers', () => {
		const old = {
			draftVersion: 1,
			path: 'expert',
			at: 'customTag',
			answers: {builder: 'canvos', osVersion: '22.04', customTag: 'lab'},
			confirmed: ['path', 'builder', 'osVersion'],
		};
		expect(resumeWizard(fresh, old)).toMatchObject({at: 'review', answers: old.answers, made: []});
	});

	test('of a release that kept answers as they were typed is read as it was meant', () => {
		const answers = {edgeAppliance: 'no', memory: '9000', customTag: 'Not this'};
		expect(resumeWizard(fresh, {draftVersion: 1, answers}).answers).toEqual({edgeAppliance: false, memory: 9000});
	});

	test('has no secret in it', () => {
		const state = play(
			choose(start(), 'Edge appliance'),
			edit('ubuntuProAttach', 'yes'),
			edit('ubuntuProKey', 'C1234567'),
			edit('httpProxy', 'http://me:word@proxy:3128'),
		);
		expect(state.answers).toMatchObject({ubuntuProKey: 'C1234567', httpProxy: 'http://me:word@proxy:3128'});
		expect(wizardDraft(state).answers).toEqual({builder: 'canvos', ubuntuProAttach: true});
	});

	test('keeps half-typed text as it is, which is no answer, and stands at its field again', () => {
		const state = play(choose(start(), 'Edge appliance'), goTo('image'));
		const typed = {where: 'decision', key: 'imageRepo', text: 'Half a na'} as const;
		const draft = JSON.parse(JSON.stringify(wizardDraft(state, typed)));
		expect(halfTypedIn(draft)).toEqual(typed);
		expect(resumeWizard(fresh, draft)).toMatchObject({at: 'image', field: 'imageRepo', answers: state.answers});
		expect(resumeWizard(fresh, {...draft, at: 'kubernetes'}).field).toBeUndefined();
	});

	test('of the version before, without such text, is read as ever', () => {
		const state = choose(choose(start(), 'Edge appliance'), 'Ubuntu 22.04');
		const draft = {...wizardDraft(state), draftVersion: 2};
		expect(resumeWizard(fresh, draft)).toEqual(state);
		expect(halfTypedIn(draft)).toBeUndefined();
	});

	test('keeps no half-typed secret', () => {
		const state = start();
		for (const [key, text] of [
			['ubuntuProKey', 'C1234'],
			['httpProxy', 'http://me:word@prox'],
			['httpProxy', 'http://me:word'],
		] as const)
			expect(JSON.stringify(wizardDraft(state, {where: 'settings', key, text}))).not.toMatch(/C1234|word/);
	});

	test('of any content gives a wizard that works', () => {
		const anything = fc.oneof(
			fc.jsonValue(),
			fc.record({
				draftVersion: fc.constantFrom(1, 2, 3),
				typed: fc.oneof(
					fc.jsonValue(),
					fc.record({
						where: fc.constantFrom('decision', 'settings', 'x'),
						key: fc.constantFrom(...settingKeys, 'x'),
						text: fc.oneof(fc.string(), fc.integer()),
					}),
				),
				at: fc.oneof(fc.string(), fc.constantFrom(...decisions.map(({id}) => id), 'review')),
				answers: fc.dictionary(fc.constantFrom(...settingKeys), fc.jsonValue()),
				made: fc.oneof(fc.jsonValue(), fc.array(fc.constantFrom(...decisions.map(({id}) => id)))),
			}),
		);
		fc.assert(
			fc.property(anything, draft => {
				const state = resumeWizard(fresh, draft);
				const places = [...sheetRows(state).map(({id}) => id), 'review'];
				expect(places).toContain(state.at);
			}),
			{numRuns: 100},
		);
	});
});
