import {type Layer, type Resolved, resolveSettings} from '../settings/layers.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {type Question, questionsFor} from './questions.ts';
import type {Answers, QuestionId, WizardState} from './state.ts';

/** Settings with the answers so far above everything that was given before. */
export const resolved = (state: Pick<WizardState, 'answers' | 'layers' | 'machine'>): Resolved => {
	const {answers, layers, machine} = state;
	const before = latest.get(answers);
	if (before && before.layers === layers && before.machine === machine) return before.value;
	const value = resolveSettings({layers: [answerLayer(answers), ...layers], machine});
	latest.set(answers, {layers, machine, value});
	return value;
};

// Every key typed asks again, and answers are replaced whole: the same object means the same settings.
const latest = new WeakMap<Answers, Pick<WizardState, 'layers' | 'machine'> & {value: Resolved}>();

/** The settings alone. */
export const settingsOf = (state: WizardState): Settings => resolved(state).settings;

/** Settings as if `key` had been answered so, or not at all. */
export const settingsWith = (state: WizardState, key: SettingKey, text: string | undefined): Settings => {
	const {[key]: _replaced, ...others} = state.answers;
	return resolved({...state, answers: text === undefined ? others : {...others, [key]: text}}).settings;
};

/** The questions asked on this path with the answers so far. */
export const visible = (state: WizardState): readonly Question[] => questionsFor(state.path, settingsOf(state));

/** Whether the answer to a setting stands when question `at` is asked: asked before it, or not asked at all. */
export const isSettled =
	({path}: WizardState, at: QuestionId) =>
	(key: SettingKey, settings: Settings) => {
		const order = questionsFor(path, settings).map(({id}) => id);
		return order.indexOf(key) < order.indexOf(at);
	};

const answerLayer = (answers: Answers): Layer => ({
	kind: 'flag',
	given: Object.entries(answers).map(([name, text]) => ({name, text, place: 'your answer'})),
});
