import {Command} from 'commander';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {stringify} from 'yaml';
import {builderOf} from '../../source/builders/choose-builder.ts';
import {judgeSettings} from '../../source/compatibility/judge-settings.ts';
import {planOf} from '../../source/pipeline/plan.ts';
import {wholeRun} from '../../source/pipeline/step.ts';
import {askSetting} from '../../source/prompts/ask-field.ts';
import type {Asker} from '../../source/prompts/asker.ts';
import {withSettings} from '../../source/setting-flags.ts';
import {argFile} from '../../source/settings/arg-file.ts';
import type {Field, SettingValue} from '../../source/settings/field-types.ts';
import {fieldList, fields, settingKeys} from '../../source/settings/fields.ts';
import {argumentLayer, environmentLayer, flagLayer} from '../../source/settings/layer-sources.ts';
import {type Complaint, type Layer, resolveSettings} from '../../source/settings/layers.ts';
import {formatPreset} from '../../source/settings/preset-format.ts';
import {isSecretIn, parsePreset, presetLayer} from '../../source/settings/preset-text.ts';
import type {SettingKey, Settings} from '../../source/settings/settings.ts';
import {catalogue} from '../../source/steps/index.ts';
import {choicesFor} from '../../source/wizard/choices.ts';
import {decisions} from '../../source/wizard/decisions.ts';
import {settingsOf} from '../../source/wizard/settings-of-answers.ts';
import type {WizardState} from '../../source/wizard/wizard-state.ts';
import {factsWith} from '../helpers/facts.ts';
import {debianMachine} from '../settings/settings-of.ts';
import {play, start} from './playing.ts';

/** Texts as a person writes them, by setting. */
type Texts = Partial<Record<SettingKey, string>>;

// Right for one setting or another; which it is for, each says itself.
const rightTexts = [
	'1.33.6',
	'1.34.2',
	'24.04',
	'22.04',
	'12',
	'15.6',
	'latest',
	'3.2.1',
	'3.1.0',
	'v4.8.10',
	'v4.9.1',
	'main',
	'4.9.1',
	'ghcr.io/acme',
	'localhost',
	'registry.local:5000',
	'lab',
	'edge-1',
	'my-iso',
	'spc.tgz',
	'ubuntu',
	'registry.local:5000/edge/base:1.2',
	'https://mirror.local/doca.deb',
	'http://proxy.local:3128',
	'https://mirror.local/x.bfb',
	'doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb',
	'bundle.bfb',
	'a'.repeat(64),
	'tcp://buildkit.local:8372',
	'./user-data',
	'some/folder',
	'.local,10.0.0.0/8',
	'host',
	'max',
	'570',
	'console=ttyS0',
	'32.45.1020',
	'mirror.local',
];

/** What can be given by every way: the environment has no empty values, and some names there are everybody's. */
const isForEveryWay = ({key, secret, notFromEnvironment}: Field, text: string) =>
	!secret && !notFromEnvironment && text !== '' && !isSecretIn(key, text);

const rightTextFor = (field: Field): fc.Arbitrary<string> => {
	const {kind, choices} = field;
	if (kind.is === 'integer') return fc.integer({min: kind.min, max: kind.max}).map(String);
	const known = choices?.map(({value}) => String(value)) ?? rightTexts;
	const isRight = (text: string) =>
		'value' in field.parse(text) && (field.normalise === undefined || /^\d/.test(text)) && isForEveryWay(field, text);
	const right = known.filter(isRight);
	return right.length > 0 ? fc.constantFrom(...right) : fc.constant('');
};

const pairOf = (key: SettingKey) => rightTextFor(fields[key] as Field).map(text => [key, text] as const);
// What decides most is there more often than the others.
const often = ['builder', 'edgeAppliance', 'osDistribution', 'k8sDistribution', 'k8sVersion', 'customTag'] as const;

const rightSettings: fc.Arbitrary<Texts> = fc
	.tuple(
		fc.array(fc.constantFrom(...often).chain(pairOf), {maxLength: 4}),
		fc.array(
			fc.constantFrom(...fieldList).chain(({key}) => pairOf(key)),
			{maxLength: 6},
		),
	)
	.map(pairs => Object.fromEntries(pairs.flat().filter(([, text]) => text !== '')));

// In the order of the table: what others follow, such as the builder, comes first. A value that counts anyway is no answer,
// and follows.
const entriesOf = (texts: Texts) =>
	settingKeys.flatMap(key => (texts[key] === undefined ? [] : [[key, texts[key]] as [SettingKey, string]]));

// Every way to give settings, to the same pair of settings and complaints.
const byLayer = (layer: Layer) => resolveSettings({layers: [layer], machine: debianMachine});
const byArguments = (texts: Texts) =>
	byLayer(argumentLayer(entriesOf(texts).map(([key, text]) => `${fields[key].name}=${text}`)));
const byFlags = (texts: Texts) => {
	const command = withSettings(new Command()).exitOverride();
	command.parse(
		entriesOf(texts).map(([key, text]) => `--${fields[key].flag}=${text}`),
		{from: 'user'},
	);
	return byLayer(flagLayer(command.opts()));
};
const byEnvironment = (texts: Texts) =>
	byLayer(environmentLayer(Object.fromEntries(entriesOf(texts).map(([key, text]) => [fields[key].name, text]))));
const presetOf = (text: string) => byLayer(presetLayer(parsePreset(text, 'presets/lab.yaml'), 'presets/lab.yaml', {}));
const byPreset = (texts: Texts) =>
	presetOf(
		formatPreset({
			name: 'lab',
			settings: Object.fromEntries(entriesOf(texts).map(([key, text]) => [key, valueIn(key, text)])),
		}),
	);
const byWrittenPreset = (texts: Texts) => presetOf(stringify({schemaVersion: 1, name: 'lab', settings: texts}));

const valueIn = (key: SettingKey, text: string): SettingValue => {
	const parsed = fields[key].parse(text);
	if ('problem' in parsed) throw new Error(parsed.problem);
	return parsed.value;
};

/** By keys: the choices of the decisions where they say it, and the list of all settings for the rest. */
function byKeys(texts: Texts): WizardState {
	let state = start();
	const left = new Map(entriesOf(texts));
	for (const decision of decisions) {
		state = play(state, {type: 'went-to', place: decision.id});
		if (state.at !== decision.id) continue;
		const choice = choicesFor(state, decision).find(
			({answers, refused, fields: toFillIn}) =>
				refused === undefined &&
				toFillIn.length === 0 &&
				entriesOf(answers as Texts).every(
					([key, value]) => left.has(key) && String(value) === String(valueIn(key, left.get(key) ?? '')),
				),
		);
		if (!choice) continue;
		state = play(state, {type: 'chose', choice});
		for (const key of Object.keys(choice.answers) as SettingKey[]) left.delete(key);
	}
	for (const [key, text] of left) {
		state = play(state, {type: 'edited', key, text});
		if (state.problem) throw new Error(`${key}=${text}: ${state.problem.message}`);
	}
	return state;
}

/** An asker that answers with this text and, where that isn't taken, leaves the setting as it is. */
const answering = (text: string) => {
	const said: string[] = [];
	const answers = [text, 'back'];
	const next = async () => answers.shift() ?? 'back';
	const asker: Asker = {
		say: (...lines) => void said.push(...lines),
		text: next,
		secret: next,
		yesNo: async () => false,
	};
	return {asker, said};
};

async function byPrompts(texts: Texts): Promise<WizardState> {
	let state = start();
	for (const [key, text] of entriesOf(texts)) {
		const {asker, said} = answering(text);
		state = await askSetting(asker, state, key);
		expect(said.filter(line => line.startsWith('Not taken'))).toEqual([]);
	}
	return state;
}

const tried = (settings: Settings) => {
	try {
		return argFile(settings);
	} catch (error) {
		return String(error);
	}
};

const comesTo = ({settings, complaints}: {settings: Settings; complaints: readonly Complaint[]}) => ({
	settings,
	complaints,
	arg: tried(settings),
	plan: planOf(catalogue(builderOf(settings)), {settings, options: wholeRun}),
	findings: judgeSettings(settings, factsWith()).map(({id, severity, message}) => ({id, severity, message})),
});

test('right settings come to the same by keys, prompts, flags, arguments, environment and preset', async () => {
	await fc.assert(
		fc.asyncProperty(rightSettings, async texts => {
			const expected = comesTo(byArguments(texts));
			expect(expected.complaints).toEqual([]);
			for (const way of [byFlags, byEnvironment, byPreset, byWrittenPreset])
				expect(comesTo(way(texts)), way.name).toEqual(expected);
			const keys = byKeys(texts);
			expect(comesTo(keys.resolved), 'keys').toEqual(expected);
			const prompts = await byPrompts(texts);
			expect(comesTo({settings: settingsOf(prompts), complaints: prompts.resolved.complaints}), 'prompts').toEqual(
				expected,
			);
		}),
		{numRuns: 25},
	);
});

// What YAML, a shell or a terminal could not hand over is none of their business.
const anyText = fc.oneof(
	fc.constantFrom(
		'a b',
		'-x',
		'1;id',
		'https://ghcr.io',
		'perhaps',
		'99999999999',
		'-1',
		'1.2',
		'x'.repeat(300),
		'ubuntuu',
		'24.4',
		'å',
		'"',
		"'",
	),
	fc.string({unit: 'grapheme-ascii', minLength: 1, maxLength: 12}),
);

const wrongText = fc
	.tuple(fc.constantFrom(...fieldList), anyText)
	.filter(
		([field, text]) =>
			text === text.trim() && isForEveryWay(field, text) && !text.startsWith('env:') && !field.sharedName,
	)
	.map(([{key}, text]): Texts => ({[key]: text}));

const saidOf = ({complaints}: {complaints: readonly Complaint[]}) =>
	complaints.map(({key, message, hint}) => ({key, message, hint}));

test('wrong settings are complained about in the same words by every way', async () => {
	await fc.assert(
		fc.asyncProperty(wrongText, async texts => {
			const expected = saidOf(byArguments(texts));
			for (const way of [byFlags, byEnvironment, byWrittenPreset])
				expect(saidOf(way(texts)), way.name).toEqual(expected);
			const [[key, text] = []] = entriesOf(texts);
			if (key === undefined || text === undefined) return;
			const {problem} = play(start(), {type: 'edited', key, text});
			expect(problem ? [problem] : []).toEqual(expected);
			// Where there are choices, the prompt takes a part of a name, and asks again for anything else.
			if (fields[key].choices || /^([?<>]|default|none|help|back|why)$/i.test(text)) return;
			const {asker, said} = answering(text);
			await askSetting(asker, start(), key);
			const told = said.findIndex(line => line.startsWith('Not taken: '));
			expect(told < 0 ? [] : [said[told]?.slice('Not taken: '.length)]).toEqual(expected.map(({message}) => message));
		}),
		{numRuns: 100},
	);
});
