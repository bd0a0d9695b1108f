import {setTimeout as sleep} from 'node:timers/promises';
import type {AppActions, HostReadiness, RunStart} from '../app/actions.ts';
import type {Settings} from '../settings/settings.ts';
import {formatAge} from '../text/durations.ts';
import {resumeWizard, wizardDraft} from '../wizard/draft.ts';
import {layersOf, settingsOf} from '../wizard/settings-of-answers.ts';
import {startWizard, wizardReducer} from '../wizard/wizard-reducer.ts';
import type {Notes, WizardState} from '../wizard/wizard-state.ts';
import {askDecisions} from './ask-decisions.ts';
import {askSetting} from './ask-field.ts';
import {askReview} from './ask-review.ts';
import type {Asker} from './asker.ts';
import {savePreset} from './save-preset.ts';

/** What is looked at first, before it is changed: a preset, or the build of that run. */
export type WizardFrom = {preset?: string; past?: string};

/**
 * The wizard as questions in lines, with the same model as the screens.
 * @returns what to build; undefined when the person left without building
 */
export async function askWizard(asker: Asker, actions: AppActions, from: WizardFrom): Promise<RunStart | undefined> {
	const {state: begun, preset} = await begin(asker, actions, from);
	const options = {
		onAnswer: (state: WizardState) => actions.saveDraft(wizardDraft(state), preset),
		learn: (state: WizardState) => learn(asker, actions, state),
	};
	let state = await askDecisions(asker, begun, options);
	while (state !== undefined) {
		const settings = settingsOf(state);
		const [facts, host] = await Promise.all([actions.gatherFacts(settings), knownReadiness(actions, settings)]);
		state = wizardReducer(state, {type: 'facts-learned', facts});
		const doing = await askReview(asker, state, host);
		if (doing === 'leave') return undefined;
		if (doing === 'build') return {preset, layers: layersOf(state)};
		if (doing === 'save' || doing === 'save-and-build') {
			const name = await savePreset(asker, actions, state, preset);
			if (name === undefined) continue;
			if (doing === 'save-and-build') return {preset: name, layers: layersOf(state)};
			await actions.dropDraft();
			return undefined;
		}
		if ('change' in doing) {
			state = await askSetting(asker, state, doing.change);
			await options.onAnswer(state);
		}
		if ('decide' in doing)
			state = await askDecisions(asker, wizardReducer(state, {type: 'went-to', place: doing.decide}), options);
	}
	return undefined;
}

async function begin(
	asker: Asker,
	actions: AppActions,
	{preset, past}: WizardFrom,
): Promise<{state: WizardState; preset?: string}> {
	if (past !== undefined) {
		const start = await actions.wizardStartOf(past);
		return {state: startWizard({...start, at: 'review'}), preset: start.preset};
	}
	const draft = await actions.loadDraft();
	if (draft !== undefined && (preset === undefined || draft.preset === preset)) {
		const age = formatAge(draft.savedAt, actions.now());
		if (await asker.yesNo(`Go on with the answers of ${age}?`, true)) {
			return {state: resumeWizard(await actions.wizardStart(draft.preset), draft.draft), preset: draft.preset};
		}
		await actions.dropDraft();
	}
	const at = preset === undefined ? 'what' : 'review';
	if (preset === undefined) asker.say('Looking at this machine.');
	const missing = preset === undefined ? await actions.missingForReal() : undefined;
	if (missing !== undefined)
		asker.say(actions.cannotRehearse === undefined ? `${missing}: rehearse first.` : `${missing}.`);
	return {state: startWizard({...(await actions.wizardStart(preset)), at}), preset};
}

// Checks go on in the background, and a build makes them anew: a program that hangs must not keep the question away.
const checksMs = 5000;

/** What the checks of this machine have found in reasonable time; undefined while they go on. */
async function knownReadiness(actions: AppActions, settings: Settings): Promise<HostReadiness | undefined> {
	const stop = new AbortController();
	try {
		return await Promise.race([actions.hostReadiness({settings}), sleep(checksMs, undefined, {signal: stop.signal})]);
	} finally {
		stop.abort();
	}
}

// Nobody should wait long for what merely makes lists longer.
const patienceMs = 8000;

async function learn(asker: Asker, actions: AppActions, state: WizardState) {
	let learned = state;
	let notes: Notes = {};
	asker.say('Looking at what there is to choose from.');
	try {
		await actions.learnFacts({
			settings: settingsOf(state),
			tell(facts, more) {
				learned = wizardReducer(learned, {type: 'facts-learned', facts});
				notes = {...notes, ...more};
			},
			signal: AbortSignal.timeout(patienceMs),
		});
	} catch {
		// What cannot be found out is simply not offered.
	}
	return {state: learned, notes};
}
