import {fields} from '../settings/fields.ts';
import type {SettingKey} from '../settings/settings.ts';
import {decisionOf} from '../wizard/decisions.ts';
import {shownValue, valuesOf} from '../wizard/settings-list.ts';
import {settingsOf} from '../wizard/settings-of-answers.ts';
import {fieldsAt, wizardReducer} from '../wizard/wizard-reducer.ts';
import type {WizardAction, WizardState} from '../wizard/wizard-state.ts';
import {choose, type Extra, extraLines, isExplain} from './ask-choice.ts';
import type {Asker} from './asker.ts';
import {explanationOf, extras, problemLines} from './wizard-answers.ts';

/** Asks for one of the settings that are filled in at a decision. `isAgain`: the last answer was not taken. */
export async function askField(
	asker: Asker,
	state: WizardState,
	key: SettingKey,
	{isAgain}: {isAgain: boolean},
): Promise<WizardAction> {
	const {title, question, help} = fields[key];
	const explanation = explanationOf(help);
	if (!isAgain) asker.say('', `${title}: ${question}`, help.what, ...extraLines(extras, explanation));
	for (;;) {
		const text = await askText(asker, state, key);
		const extra = extras.find(({words}) => words.includes(text.toLowerCase()))?.value;
		if (extra?.type === 'went-back') return backFrom(state, key);
		if (extra) return extra;
		if (!isExplain(text)) return {type: 'edited', key, text: meant(text, key), goesTo: 'next-field'};
		asker.say(...explanation);
	}
}

type SettingAnswer = {text: string} | 'keep' | 'reset';

/** Asks for one of all settings until it is taken. @returns the wizard with the answer, or as it was */
export async function askSetting(asker: Asker, state: WizardState, key: SettingKey): Promise<WizardState> {
	const {title, question, help, name} = fields[key];
	asker.say('', `${title} (${name}): ${question}`, help.what);
	for (;;) {
		const answer = await askValue(asker, state, key);
		if (answer === 'keep') return state;
		if (answer === 'reset') return wizardReducer(state, {type: 'reset', key});
		const next = wizardReducer(state, {type: 'edited', key, text: answer.text});
		if (next.problem === undefined) return next;
		asker.say(...problemLines(next.problem));
	}
}

async function askValue(asker: Asker, state: WizardState, key: SettingKey): Promise<SettingAnswer> {
	const values = valuesOf(key);
	const explanation = explanationOf(fields[key].help);
	if (values.length > 0) {
		const now = values.findIndex(({value}) => value === settingsOf(state)[key]);
		return choose<SettingAnswer>(
			asker,
			'Number or name',
			values.map(({value, title, description}) => ({
				value: {text: String(value)},
				title,
				name: String(value),
				description,
			})),
			{
				offered: now < 0 ? undefined : now,
				extras: settingExtras,
				explanation,
				own: fields[key].kind.is === 'text' ? text => ({text}) : undefined,
			},
		);
	}
	asker.say(...extraLines(settingExtras, explanation));
	for (;;) {
		const text = await askText(asker, state, key);
		const extra = settingExtras.find(({words}) => words.includes(text.toLowerCase()))?.value;
		if (extra) return extra;
		if (!isExplain(text)) return {text: meant(text, key)};
		asker.say(...explanation);
	}
}

async function askText(asker: Asker, state: WizardState, key: SettingKey): Promise<string> {
	if (fields[key].secret) return asker.secret('Answer, Enter for none');
	if (mayBeEmpty(key)) asker.say('  none leaves it empty');
	const shown = shownValue(key, settingsOf(state));
	const text = (await asker.text(fields[key].path ? 'Path' : 'Answer', shown)).trim();
	// What is shown may have its password left out.
	return text === shown ? String(settingsOf(state)[key]) : text;
}

const meant = (text: string, key: SettingKey) => (mayBeEmpty(key) && text.toLowerCase() === 'none' ? '' : text);

const mayBeEmpty = (key: SettingKey) => fields[key].kind.is === 'text' && 'value' in fields[key].parse('');

/** To the field before; from the first one to the choices of its decision, or to the decision before. */
function backFrom(state: WizardState, key: SettingKey): WizardAction {
	if (fieldsAt(state).indexOf(key) > 0)
		return {type: 'edited', key, text: String(settingsOf(state)[key]), goesTo: 'field-before'};
	const hasChoices = state.at !== 'review' && decisionOf(state.at).fields === undefined;
	return hasChoices ? {type: 'went-to', place: state.at} : {type: 'went-back'};
}

const settingExtras: readonly Extra<SettingAnswer>[] = [
	{words: ['<', 'back'], value: 'keep', does: 'leaves it as it was'},
	{words: ['default'], value: 'reset', does: 'takes what would count without an answer'},
];
