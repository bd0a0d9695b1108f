import fc from 'fast-check';
import {expect, test} from 'vitest';
import {fieldList, fields, settingKeys} from '../../source/settings/fields.ts';
import {environmentLayer} from '../../source/settings/layer-sources.ts';
import type {SettingKey} from '../../source/settings/settings.ts';
import {hasCredentials} from '../../source/text/credentials.ts';
import {offeredAmong} from '../../source/wizard/choices.ts';
import {decisions} from '../../source/wizard/decisions.ts';
import {wizardDraft} from '../../source/wizard/draft.ts';
import {buildCommand, presetSettings} from '../../source/wizard/preset-of-answers.ts';
import {reviewRows} from '../../source/wizard/review-rows.ts';
import {settingRows} from '../../source/wizard/settings-list.ts';
import {resolvedWith, settingsOf} from '../../source/wizard/settings-of-answers.ts';
import {sheetRows} from '../../source/wizard/sheet.ts';
import {fieldsAt} from '../../source/wizard/wizard-reducer.ts';
import type {WizardAction, WizardState} from '../../source/wizard/wizard-state.ts';
import {choicesAt, enter, play, start, ubuntuMachine} from './playing.ts';

/** What a person may do next; a number chooses among what there is at that moment. */
type Doing = WizardAction | {choose: number} | 'enter';

const texts = fc.oneof(
	fc.constantFrom(
		'',
		'canvos',
		'rehearsal',
		'yes',
		'no',
		'ubuntu',
		'sles',
		'22',
		'1.33.6',
		'ghcr.io/acme',
		'lab',
		'/srv/x.deb',
	),
	fc.constantFrom('http://me:word@proxy:3128', 'C1234567', '\u001B[2J', 'a b', '日本'),
	fc.string({maxLength: 8}),
);
const places = [...decisions.map(({id}) => id), 'review' as const];
const doing: fc.Arbitrary<Doing> = fc.oneof(
	{weight: 4, arbitrary: fc.record({choose: fc.nat(6)})},
	{weight: 3, arbitrary: fc.constant('enter' as const)},
	fc.constant({type: 'went-back' as const}),
	fc.constant({type: 'took-defaults' as const}),
	fc.record({type: fc.constant('went-to' as const), place: fc.constantFrom(...places)}),
	fc.record({type: fc.constant('reset' as const), key: fc.constantFrom(...settingKeys)}),
	{
		weight: 2,
		arbitrary: fc.record({
			type: fc.constant('edited' as const),
			key: fc.constantFrom<SettingKey[]>(
				'builder',
				'edgeAppliance',
				'osDistribution',
				'osVersion',
				'k8sDistribution',
				'firmware',
				'customTag',
				'arch',
			),
			text: texts,
		}),
	},
	fc.record({
		type: fc.constant('edited' as const),
		key: fc.constantFrom(...settingKeys),
		text: texts,
		goesTo: fc.constantFrom(undefined, 'next-field' as const, 'field-before' as const, 'review' as const),
	}),
	fc.record({
		type: fc.constant('facts-learned' as const),
		facts: fc.constantFrom(
			{kubernetesVersions: {kubeadm: ['1.34.2', '1.33.6'], nodeadm: ['1.33.0']}},
			{kubernetesVersions: 'unknown' as const},
			{userData: 'unknown' as const, freeDiskGb: 3},
		),
	}),
);

function does(state: WizardState, what: Doing): WizardState {
	if (typeof what === 'string')
		return state.at === 'review' || choicesAt(state).length + fieldsAt(state).length === 0 ? state : enter(state);
	if (!('choose' in what)) return play(state, what);
	if (state.at === 'review') return state;
	const choices = choicesAt(state);
	const choice = choices[what.choose % Math.max(1, choices.length)];
	return choice ? play(state, {type: 'chose', choice}) : state;
}

const starts = fc
	.record({
		machine: fc.constantFrom(undefined, ubuntuMachine, {osId: 'fedora', osVersion: '40', arch: 'arm64'} as const),
		environment: fc.constantFrom(
			{},
			{BUILDER: 'canvos', K8S_VERSION: 'x'},
			{OS_DISTRIBUTION: 'sles', RUNNER: 'self-hosted', EDGE_APPLIANCE: 'perhaps'},
		),
	})
	.map(({machine, environment}) => start({...(machine && {machine}), layers: [environmentLayer(environment)]}));

/** What has to hold at every moment. */
function check(state: WizardState) {
	const rows = sheetRows(state);
	expect([...rows.map(({id}) => id), 'review']).toContain(state.at);
	expect(state.resolved).toEqual(resolvedWith(state, state.answers));
	for (const id of state.upset) expect(rows.find(row => row.id === id)?.mark).toBe('impossible');
	if (state.field !== undefined) expect(fieldsAt(state)).toContain(state.field);
	if (state.at === 'review') {
		reviewRows(state);
		settingRows(state);
		return;
	}
	const choices = choicesAt(state);
	const possible = choices.filter(({refused}) => refused === undefined);
	if (possible.length > 0) expect(choices[offeredAmong(state, choices)]?.refused).toBeUndefined();
	for (const choice of possible) {
		const next = play(state, {type: 'chose', choice});
		expect(next.problem).toBeUndefined();
		if (choice.fields.length > 0) expect(next.field).toBe(choice.fields[0]);
		else expect(next.at).not.toBe(state.at);
	}
	const secrets = JSON.stringify([wizardDraft(state).answers, presetSettings(state), buildCommand(state)]);
	const valuesOf = (isSecret: boolean) =>
		fieldList.filter(({secret}) => secret === isSecret).map(({key}) => String(settingsOf(state)[key]));
	// What another setting has as its value may stand there for that one.
	const told = valuesOf(true).filter(text => text.length > 3 && !valuesOf(false).includes(text));
	for (const text of told) expect(secrets).not.toContain(JSON.stringify(text));
	for (const value of Object.values(wizardDraft(state).answers)) expect(hasCredentials(String(value))).toBe(false);
}

test('no sequence of actions breaks the wizard; what is not refused always leads on', () => {
	fc.assert(
		fc.property(starts, fc.array(doing, {maxLength: 12}), (begun, doings) => {
			let state = begun;
			for (const what of doings) {
				state = does(state, what);
				check(state);
			}
		}),
		{numRuns: 25},
	);
});

test('going to the review and back changes nothing', () => {
	fc.assert(
		fc.property(starts, fc.array(doing, {maxLength: 8}), (begun, doings) => {
			const state = doings.reduce(does, begun);
			if (state.at === 'review') return;
			const again = play(state, {type: 'went-to', place: 'review'}, {type: 'went-back'});
			expect([again.answers, again.made, again.resolved]).toEqual([state.answers, state.made, state.resolved]);
			if (!state.reviewing) expect(again.at).toBe(state.at);
		}),
		{numRuns: 40},
	);
});

test('an answer that merely follows is not held, and one that counts is', () => {
	fc.assert(
		fc.property(
			starts,
			fc.array(doing, {maxLength: 8}),
			fc.constantFrom(...settingKeys),
			texts,
			(begun, doings, key, text) => {
				const state = play(doings.reduce(does, begun), {type: 'edited', key, text});
				const {[key]: held, ...others} = state.answers;
				const without = resolvedWith(state, others);
				if (state.problem === undefined && held !== undefined && !without.complaints.some(one => one.key === key))
					expect(held).not.toEqual(without.settings[key]);
				const parsed = fields[key].parse(text);
				if (state.problem === undefined && 'value' in parsed && fields[key].normalise === undefined)
					expect(settingsOf(state)[key]).toEqual(parsed.value);
			},
		),
		{numRuns: 80},
	);
});
