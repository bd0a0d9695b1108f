import type {SettingValue} from '../settings/field-types.ts';
import {type Answers, type Layer, type Resolved, resolveSettings} from '../settings/layers.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {type Question, questionsFor} from './questions.ts';
import type {QuestionId, WizardState} from './wizard-state.ts';

type Given = Pick<WizardState, 'layers' | 'machine'>;

/** Everything the wizard was told, by whomever: its answers above what was given before. */
export const layersOf = ({answers, layers}: Pick<WizardState, 'answers' | 'layers'>): readonly Layer[] => [
	{kind: 'answer', answers},
	...layers,
];

/** What these answers come to beside what was given before. */
export const resolvedWith = ({layers, machine}: Given, answers: Answers): Resolved =>
	resolveSettings({layers: layersOf({answers, layers}), machine});

/** The settings alone. */
export const settingsOf = ({resolved}: WizardState): Settings => resolved.settings;

/** Settings as if `key` had been answered so. */
export const settingsWith = (state: WizardState, key: SettingKey, value: SettingValue): Settings =>
	resolvedWith(state, {...state.answers, [key]: value}).settings;

/** The questions asked on this path with the answers so far. */
export const visible = (state: WizardState): readonly Question[] => questionsFor(state.path, settingsOf(state));

/** Whether the answer to a setting stands when question `at` is asked: asked before it, or not asked at all. */
export const isSettled =
	({path}: WizardState, at: QuestionId) =>
	(key: SettingKey, settings: Settings) => {
		const order = questionsFor(path, settings).map(({id}) => id);
		return order.indexOf(key) < order.indexOf(at);
	};
