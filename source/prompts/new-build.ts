import ora from 'ora';
import type {AppActions, RunStart} from '../app/actions.ts';
import {formatAge} from '../text/durations.ts';
import {resumeWizard, wizardDraft} from '../wizard/draft.ts';
import {describeSettings, presetSettings} from '../wizard/preset-of-answers.ts';
import {visibleQuestions} from '../wizard/question-view.ts';
import {review} from '../wizard/review.ts';
import {layersOf, settingsOf} from '../wizard/settings-of-answers.ts';
import {startWizard, wizardReducer} from '../wizard/wizard-reducer.ts';
import type {QuestionId, WizardState} from '../wizard/wizard-state.ts';
import {choose} from './ask-choice.ts';
import {askQuestions} from './ask-questions.ts';
import type {Asker} from './asker.ts';

type Doing = 'build' | 'save-and-build' | 'save' | 'leave' | {change: QuestionId};

/**
 * The wizard as questions in lines, with the same model as the screens.
 * @returns what to build; undefined when the person left without building
 */
export async function askWizard(
	asker: Asker,
	actions: AppActions,
	output: NodeJS.WritableStream,
): Promise<RunStart | undefined> {
	const {state: begun, preset} = await begin(asker, actions);
	const options = {
		onAnswer: (state: WizardState) => actions.saveDraft(wizardDraft(state), preset),
		learn: (state: WizardState) => learn(actions, state, output),
	};
	let state = await askQuestions(asker, begun, options);
	while (state !== undefined) {
		state = wizardReducer(state, {type: 'facts-learned', facts: await actions.gatherFacts(settingsOf(state))});
		const doing = await askReview(asker, state);
		if (doing === 'leave') return undefined;
		if (typeof doing === 'object') {
			state = await askQuestions(asker, wizardReducer(state, {type: 'jumped', to: doing.change}), options);
			continue;
		}
		const saved = doing === 'build' ? undefined : await askPreset(asker, actions, state, preset);
		if (doing === 'save') await actions.dropDraft();
		return doing === 'save' ? undefined : {preset: saved ?? preset, layers: layersOf(state)};
	}
	return undefined;
}

async function begin(asker: Asker, actions: AppActions): Promise<{state: WizardState; preset?: string}> {
	const draft = await actions.loadDraft();
	if (draft !== undefined) {
		const age = formatAge(draft.savedAt, actions.now());
		if (await asker.yesNo(`Go on with the answers of ${age}?`, true)) {
			return {state: resumeWizard(await actions.wizardStart(draft.preset), draft.draft), preset: draft.preset};
		}
		await actions.dropDraft();
	}
	return {state: startWizard(await actions.wizardStart())};
}

async function learn(actions: AppActions, state: WizardState, output: NodeJS.WritableStream) {
	let learned = state;
	let notes: {readonly [K in QuestionId]?: string} = {};
	const wait = ora({text: 'Looking at what there is to choose from', stream: output}).start();
	try {
		await actions.learnFacts({
			settings: settingsOf(state),
			tell(facts, more) {
				learned = wizardReducer(learned, {type: 'facts-learned', facts});
				notes = {...notes, ...more};
			},
			signal: new AbortController().signal,
		});
	} catch {
		// What cannot be found out is simply not offered.
	}
	wait.stop();
	return {state: learned, notes};
}

async function askReview(asker: Asker, state: WizardState): Promise<Doing> {
	const {image, iso, disk, minutes, findings, passedOver, obstacle, rehearsal} = review(state);
	const answers = visibleQuestions(state).filter(({id}) => id !== 'review');
	asker.say(
		'',
		`Is this what you want to build?${rehearsal ? ' REHEARSAL: stand-ins take the place of NVIDIA software.' : ''}`,
		`Image: ${image}`,
		`ISO: ${iso}`,
		`Needs about ${disk.gb} GB of disk${disk.freeGb === undefined ? '' : ` (${Math.floor(disk.freeGb)} GB free)`}, ${minutes[0]} to ${minutes[1]} minutes the first time.`,
		...answers.map(({title, value}) => `  ${title}: ${value === '' ? '(empty)' : value}`),
		...findings.map(({severity, message, hint}) => `${severity}: ${message}. ${hint}`),
		...passedOver.map(({place, message}) => `warning: ${place}: ${message}`),
	);
	const blocked = obstacle?.message;
	const doing = await choose<Doing | 'change'>(
		asker,
		'What now',
		[
			{value: 'build', title: 'Build now', disabled: blocked},
			{value: 'save-and-build', title: 'Save as preset, then build', disabled: blocked},
			{value: 'save', title: 'Save as preset only'},
			{value: 'change', title: 'Change an answer'},
			{value: 'leave', title: 'Leave; the answers are kept'},
		],
		{offered: blocked === undefined ? 0 : 3},
	);
	if (doing !== 'change') return doing;
	const choices = answers.map(({id, title, value}) => ({value: {change: id}, title, description: value}));
	return choose<Doing>(asker, 'Which answer', choices);
}

async function askPreset(
	asker: Asker,
	actions: AppActions,
	state: WizardState,
	offered: string | undefined,
): Promise<string> {
	const name = (await asker.text('Name of the preset', offered)).trim();
	const {refused, exists} =
		name === '' ? {refused: 'A preset needs a name', exists: false} : await actions.checkPresetName(name);
	if (refused !== undefined) asker.say(refused);
	const isFree = refused === undefined && (!exists || (await asker.yesNo(`Replace preset ${name}?`, false)));
	if (!isFree) return askPreset(asker, actions, state, offered);
	const description = await asker.text('Description', describeSettings(settingsOf(state)));
	await actions.savePreset({name, description, settings: presetSettings(state)});
	asker.say(`Saved preset ${name}.`);
	return name;
}
