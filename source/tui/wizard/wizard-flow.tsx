import {useEffect, useReducer, useRef, useState} from 'react';
import {
	currentQuestion,
	presetSettings,
	settingsOf,
	type WizardState,
	wizardDraft,
	wizardOutcome,
	wizardReducer,
} from '../../wizard/index.ts';
import {messageOf} from '../loaded.ts';
import type {ScreenProps} from '../navigation.ts';
import {PresetScreen} from './preset-screen.tsx';
import {QuestionScreen} from './question-screen.tsx';
import {ReviewScreen} from './review-screen.tsx';

/** After the review: nothing yet, or the name of a preset is asked for, before building or instead. */
type Saving = 'no' | 'then-build' | 'only';
type Notes = Parameters<Parameters<ScreenProps['actions']['learnFacts']>[0]['tell']>[1];

/** The wizard from its first question to the build. */
export const WizardFlow = (props: ScreenProps & {initial: WizardState; preset?: string}) => {
	const {actions, go, start, leave, initial, preset} = props;
	const [state, dispatch] = useReducer(wizardReducer, initial);
	const [notes, setNotes] = useState<Notes>({});
	const [saving, setSaving] = useState<Saving>('no');
	const [problem, setProblem] = useState<string>();
	const saved = useRef(Promise.resolve());
	const settings = settingsOf(state);

	useFacts(props, state, (facts, learned) => {
		dispatch({type: 'facts-learned', facts});
		if (learned) setNotes(notes => ({...notes, ...learned}));
	});
	// Every answer is kept at once: whatever ends the program, none is lost.
	const {answers, confirmed, path} = state;
	// biome-ignore lint/correctness/useExhaustiveDependencies: a draft changes with its answers, not with a letter typed.
	useEffect(() => {
		if (confirmed.length === 0) return;
		saved.current = saved.current.then(() => actions.saveDraft(wizardDraft(state), preset)).catch(() => undefined);
	}, [answers, confirmed, path]);

	const leaveWithDraft = () => void saved.current.then(() => leave(130));
	const build = async (presetName: string | undefined) => {
		await saved.current;
		const done = wizardOutcome(
			wizardReducer(state.at === 'review' ? wizardReducer(state, {type: 'answered', text: ''}) : state, {
				type: 'answered',
				text: presetName ?? '',
			}),
		);
		if (done === undefined) return dispatch({type: 'answered', text: ''});
		const refused = await start({preset: presetName ?? preset, settings: done.settings});
		if (refused !== undefined) {
			setSaving('no');
			return setProblem(refused);
		}
		await actions.dropDraft();
	};
	const save = async (name: string, description: string) => {
		try {
			await actions.savePreset({name, description, settings: presetSettings(state)});
		} catch (error) {
			setSaving('no');
			return setProblem(messageOf(error));
		}
		if (saving === 'then-build') return build(name);
		await saved.current;
		await actions.dropDraft();
		go({at: 'menu', notice: {tone: 'good', text: `Saved preset ${name}.`}});
	};

	const question = currentQuestion(state);
	if (saving !== 'no') {
		return (
			<PresetScreen
				{...props}
				state={state}
				suggested={preset ?? ''}
				onSave={save}
				onBack={() => setSaving('no')}
				onLeave={leaveWithDraft}
			/>
		);
	}
	if (question === undefined) return null;
	if (question.input === 'review') {
		return (
			<ReviewScreen
				state={state}
				problem={problem}
				dispatch={dispatch}
				onBuild={() => void build(undefined)}
				onSave={builds => setSaving(builds ? 'then-build' : 'only')}
				onLeave={leaveWithDraft}
			/>
		);
	}
	return (
		<QuestionScreen
			key={question.id}
			state={state}
			question={question}
			note={notes?.[question.id]}
			rehearsal={settings.builder === 'rehearsal'}
			dispatch={dispatch}
			onBack={() => (state.at === 'path' ? go({at: 'menu'}) : dispatch({type: 'went-back'}))}
			onLeave={leaveWithDraft}
		/>
	);
};

/** Finds out what can be chosen, again whenever the answers make something else knowable. */
const useFacts = (
	{actions}: ScreenProps,
	state: WizardState,
	tell: (facts: WizardState['facts'], notes?: Notes) => void,
) => {
	const settings = settingsOf(state);
	const current = useRef(tell);
	current.current = tell;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the facts depend on these settings only.
	useEffect(() => {
		const stop = new AbortController();
		actions
			.learnFacts({
				settings,
				tell: (facts, notes) => !stop.signal.aborted && current.current(facts, notes),
				signal: stop.signal,
			})
			// What cannot be found out is simply not offered.
			.catch(() => undefined);
		return () => stop.abort();
	}, [settings.builder, settings.canvosRef, settings.canvosSource]);
};
