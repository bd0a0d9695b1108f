import {useApp} from 'ink';
import {useEffect, useReducer, useRef, useState} from 'react';
import type {HostReadiness} from '../../app/actions.ts';
import {commandText} from '../../text/shell-words.ts';
import {wizardDraft} from '../../wizard/draft.ts';
import {presetSettings} from '../../wizard/preset-of-answers.ts';
import {currentQuestion} from '../../wizard/question-view.ts';
import {layersOf, settingsOf} from '../../wizard/settings-of-answers.ts';
import {wizardReducer} from '../../wizard/wizard-reducer.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import type {ScreenProps} from '../screens/screen-props.ts';
import {useHostReadiness} from '../use-host-readiness.ts';
import {messageOf} from '../use-loaded.ts';
import {QuestionScreen} from './question-screen.tsx';
import {ReviewScreen} from './review-screen.tsx';
import {SavePresetScreen} from './save-preset-screen.tsx';

/** After the review: nothing yet, or the name of a preset is asked for, before building or instead. */
type Saving = 'no' | 'then-build' | 'only';
type Notes = Parameters<Parameters<ScreenProps['actions']['learnFacts']>[0]['tell']>[1];

/** The wizard from its first question to the build. */
export function NewBuildFlow(props: ScreenProps & {initial: WizardState; preset?: string}) {
	const {actions, go, start, leave, initial, preset} = props;
	const [state, dispatch] = useReducer(wizardReducer, initial);
	const [notes, setNotes] = useState<Notes>({});
	const [saving, setSaving] = useState<Saving>('no');
	const [problem, setProblem] = useState<string>();
	const saved = useRef(Promise.resolve());
	const settings = settingsOf(state);
	const [host, recheck] = useHostReadiness(actions, settings);
	const {suspendTerminal} = useApp();

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
		const refused = await start({
			preset: presetName ?? preset,
			layers: layersOf(state),
			agreed: host?.mending?.hasRights ?? false,
		});
		if (refused === undefined) return;
		setSaving('no');
		setProblem(refused);
	};
	const showCommands = async () => {
		const mending = host?.mending;
		if (mending === undefined) return;
		await suspendTerminal(() => actions.showText(howToMend(mending)));
		// Somebody may have run them meanwhile.
		if (!mending.hasRights) recheck();
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
			<SavePresetScreen
				{...props}
				state={state}
				suggested={preset ?? ''}
				onSave={save}
				onBack={() => setSaving('no')}
				onLeave={leaveWithDraft}
			/>
		);
	}
	if (question.input === 'review') {
		return (
			<ReviewScreen
				state={state}
				problem={problem}
				host={host}
				dispatch={dispatch}
				onBuild={() => void build(undefined)}
				onCommands={() => void showCommands()}
				onRecheck={recheck}
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
}

const howToMend = ({purpose, commands, lineForRoot, hasRights}: NonNullable<HostReadiness['mending']>) =>
	hasRights
		? `To ${purpose}, this is run:\n\n${commands.map(commandText).join('\n')}`
		: `To ${purpose} takes root, and sudo is not installed. As root, an administrator has to run:\n\n${lineForRoot}`;

/** Finds out what can be chosen, again whenever the answers make something else knowable. */
function useFacts(
	{actions}: ScreenProps,
	state: WizardState,
	tell: (facts: Partial<WizardState['facts']>, notes?: Notes) => void,
) {
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
	const atReview = state.at === 'review';
	// biome-ignore lint/correctness/useExhaustiveDependencies: files and disks may change any time; the review looks anew.
	useEffect(() => {
		let isOver = false;
		if (atReview) void actions.gatherFacts(settings).then(facts => isOver || current.current(facts));
		return () => {
			isOver = true;
		};
	}, [atReview]);
}
