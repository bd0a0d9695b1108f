import {useApp} from 'ink';
import {useEffect, useReducer, useRef, useState} from 'react';
import type {HostReadiness} from '../../app/actions.ts';
import type {SettingKey} from '../../settings/settings.ts';
import {counted} from '../../text/phrases.ts';
import {commandText} from '../../text/shell-words.ts';
import {type AnswersForm, answersAsText} from '../../wizard/answers-as-text.ts';
import {type HalfTyped, wizardDraft} from '../../wizard/draft.ts';
import {leftOutInWords, presetContent} from '../../wizard/preset-of-answers.ts';
import {layersOf, settingsOf} from '../../wizard/settings-of-answers.ts';
import {wizardReducer} from '../../wizard/wizard-reducer.ts';
import type {Notes, WizardState} from '../../wizard/wizard-state.ts';
import {ReadingScreen} from '../screens/reading-screen.tsx';
import type {ScreenProps} from '../screens/screen-props.ts';
import {useHostReadiness} from '../use-host-readiness.ts';
import {messageOf} from '../use-loaded.ts';
import {DecisionScreen} from './decision-screen.tsx';
import {drawFailedChecks} from './draw-machine.ts';
import {ReviewScreen} from './review-screen.tsx';
import {SavePresetScreen} from './save-preset-screen.tsx';
import {SettingsScreen} from './settings-screen.tsx';
import type {SheetFrom} from './sheet-from.ts';
import {useFacts} from './use-facts.ts';
import {useRegistry} from './use-registry.ts';

/** What lies over the sheet: nothing, the name of a preset, all settings, what is wrong with this machine. */
type Over =
	| {kind: 'nothing'}
	| {kind: 'saving'; builds: boolean}
	| {kind: 'settings'; key?: SettingKey}
	| {kind: 'machine'};

/** The wizard from its first decision to the build. */
export function SheetFlow(props: ScreenProps & SheetFrom & {initial: WizardState; typed?: HalfTyped}) {
	const {actions, go, start, leave, initial, preset} = props;
	const [state, dispatch] = useReducer(wizardReducer, initial);
	const [notes, setNotes] = useState<Notes>({});
	const [over, setOver] = useState<Over>(
		props.typed?.where === 'settings' ? {kind: 'settings', key: props.typed.key} : {kind: 'nothing'},
	);
	const halfTyped = useRef<HalfTyped | undefined>(props.typed);
	const [problem, setProblem] = useState(props.past?.problem);
	const saved = useRef(Promise.resolve());
	const cursor = useRef<string | undefined>(undefined);
	const settings = settingsOf(state);
	const [host, recheck] = useHostReadiness(actions, settings);
	const registry = useRegistry(actions, settings);
	const {suspendTerminal} = useApp();
	const before = settingsOf(initial);
	const implicated = (props.past?.implicated ?? []).filter(key => settings[key] === before[key]);

	useFacts(actions, state, (facts, learned) => {
		dispatch({type: 'facts-learned', facts});
		if (learned) setNotes(notes => ({...notes, ...learned}));
	});
	// Every answer is kept at once: whatever ends the program, none is lost.
	const {answers, made} = state;
	// biome-ignore lint/correctness/useExhaustiveDependencies: a draft changes with its answers, not with a letter typed.
	useEffect(() => {
		// What is only looked at is nobody's answer yet; the card that was chosen is one.
		if (props.choice === undefined && made === initial.made && answers === initial.answers) return;
		saved.current = saved.current.then(() => actions.saveDraft(wizardDraft(state), preset)).catch(() => undefined);
	}, [answers, made]);

	const leaveWithDraft = () => {
		const typed = halfTyped.current;
		if (typed !== undefined || props.typed !== undefined)
			saved.current = saved.current
				.then(() => actions.saveDraft(wizardDraft(state, typed), preset))
				.catch(() => undefined);
		void saved.current.then(() => leave(130));
	};
	const build = async (presetName: string | undefined) => {
		await saved.current;
		const refused = await start({
			preset: presetName ?? preset,
			layers: layersOf(state),
			agreed: host?.mending?.hasRights ?? false,
		});
		if (refused === undefined) return;
		setOver({kind: 'nothing'});
		setProblem(refused);
	};
	const show = async (what: 'commands' | AnswersForm) => {
		const mending = host?.mending;
		if (what === 'commands' && mending === undefined) return;
		await suspendTerminal(() =>
			actions.showText(what === 'commands' ? (mending ? howToMend(mending) : '') : answersAsText(what, state)),
		);
		// Somebody may have run them meanwhile.
		if (what === 'commands' && mending?.hasRights === false) recheck();
	};
	const save = async (name: string, description: string) => {
		try {
			await actions.savePreset({name, description, ...presetContent(state, preset)});
		} catch (error) {
			setOver({kind: 'nothing'});
			return setProblem(messageOf(error));
		}
		if (over.kind === 'saving' && over.builds) return build(name);
		await saved.current;
		await actions.dropDraft();
		go({
			at: 'menu',
			notice: {tone: 'good', text: `Saved preset ${name}. ${leftOutInWords(state, 'preset')}`.trimEnd()},
		});
	};

	if (over.kind === 'saving') {
		return (
			<SavePresetScreen
				{...props}
				state={state}
				suggested={preset ?? ''}
				onSave={save}
				onBack={() => setOver({kind: 'nothing'})}
				onLeave={leaveWithDraft}
			/>
		);
	}
	if (over.kind === 'settings') {
		return (
			<SettingsScreen
				state={state}
				initial={over.key}
				halfTyped={halfTyped}
				dispatch={dispatch}
				onReview={() => {
					dispatch({type: 'went-to', place: 'review'});
					setOver({kind: 'nothing'});
				}}
				onBack={() => setOver({kind: 'nothing'})}
				onLeave={leaveWithDraft}
			/>
		);
	}
	if (over.kind === 'machine' && host !== undefined) {
		return (
			<ReadingScreen
				title="This machine"
				remark={`${counted(host.failed.length, 'check')} failed`}
				draw={(width, glyphs) => drawFailedChecks(host, width, glyphs)}
				onBack={() => setOver({kind: 'nothing'})}
				onLeave={leaveWithDraft}
			/>
		);
	}
	if (state.at === 'review') {
		return (
			<ReviewScreen
				state={state}
				problem={problem}
				implicated={implicated}
				host={host}
				dispatch={dispatch}
				onBuild={() => void build(undefined)}
				onShow={what => void show(what)}
				onSettings={key => setOver({kind: 'settings', key})}
				onRecheck={recheck}
				onMachine={() => setOver({kind: 'machine'})}
				cursor={cursor}
				onSave={builds => setOver({kind: 'saving', builds})}
				onBack={() => {
					// One that was opened as such, of a preset, was come to from home.
					if (initial.at === 'review' && state.cameFrom === undefined) go({at: 'menu'});
					else dispatch({type: 'went-back'});
				}}
				onLeave={leaveWithDraft}
			/>
		);
	}
	return (
		<DecisionScreen
			key={state.at}
			state={state}
			note={notes[state.at]}
			dispatch={dispatch}
			complete={actions.completePath}
			registry={registry}
			halfTyped={halfTyped}
			onBack={() => (state.at === 'what' && !state.reviewing ? go({at: 'menu'}) : dispatch({type: 'went-back'}))}
			onSettings={() => setOver({kind: 'settings'})}
			onLeave={leaveWithDraft}
		/>
	);
}

const howToMend = ({purpose, commands, lineForRoot, hasRights}: NonNullable<HostReadiness['mending']>) =>
	hasRights
		? `To ${purpose}, this is run:\n\n${commands.map(commandText).join('\n')}`
		: `To ${purpose} takes root, and sudo is not installed. As root, an administrator has to run:\n\n${lineForRoot}`;
