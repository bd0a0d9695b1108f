import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {AppActions, SavedDraft} from '../../app/actions.ts';
import {formatAge} from '../../text/durations.ts';
import {type HalfTyped, halfTypedIn, resumeWizard} from '../../wizard/draft.ts';
import {startWizard, type WizardStart, wizardReducer} from '../../wizard/wizard-reducer.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import {yesNo} from '../confirmation.ts';
import {useHeldKeys, useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {bodyColumns, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import type {ScreenProps} from '../screens/screen-props.ts';
import {useTheme} from '../theme.tsx';
import {loadedRows, useLoaded} from '../use-loaded.ts';
import {SheetFlow} from './sheet-flow.tsx';
import type {PastBuild, SheetFrom} from './sheet-from.ts';

/**
 * Decisions, review, preset, build. Offers to go on where an earlier wizard was left; a preset or an earlier build is looked
 * at first.
 */
export function SheetStart(props: ScreenProps & SheetFrom) {
	const {actions, preset, choice, past} = props;
	const [loaded] = useLoaded(async () => {
		if (past !== undefined) return {start: await startOf(actions, past), draft: undefined};
		const draft = await actions.loadDraft();
		const wanted = preset ?? draft?.preset;
		return {
			start: {...(await actions.wizardStart(wanted)), preset: wanted},
			draft: draft?.preset === wanted ? draft : undefined,
		};
	});
	const [begun, setBegun] = useState<{state: WizardState; preset?: string; typed?: HalfTyped}>();
	const begin = (state: WizardState, from?: string, typed?: HalfTyped) => setBegun({state, preset: from, typed});
	const fresh = (start: WizardStart) => {
		const state = startWizard({...start, at: preset === undefined && past === undefined ? 'what' : 'review'});
		return choice === undefined
			? state
			: wizardReducer(state, {type: 'chose', choice: {answers: choice.answers, fields: []}});
	};

	if (begun !== undefined)
		return <SheetFlow {...props} preset={begun.preset} initial={begun.state} typed={begun.typed} />;
	if (loaded.kind !== 'loaded') return <Waiting {...props} loaded={loaded} />;
	const {start, draft} = loaded.value;
	if (draft === undefined) return <SheetFlow {...props} preset={start.preset} initial={fresh(start)} />;
	return (
		<Resume
			{...props}
			draft={draft}
			onResume={() => begin(resumeWizard(start, draft.draft), start.preset, halfTypedIn(draft.draft))}
			onAnew={async () => {
				await actions.dropDraft();
				begin(fresh(preset === draft.preset ? start : await actions.wizardStart(preset)), preset);
			}}
		/>
	);
}

async function startOf(actions: AppActions, {runId, start}: PastBuild): Promise<WizardStart & {preset?: string}> {
	if (start === undefined) return actions.wizardStartOf(runId);
	const answered = start.layers?.find(layer => layer.kind === 'answer');
	return {...(await actions.wizardStart(start.preset)), preset: start.preset, answers: answered?.answers};
}

const title = 'New build';

function Waiting({go, leave, loaded}: ScreenProps & {loaded: Parameters<typeof loadedRows>[0]}) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	// Who knows what comes is ahead of it: Enter, Enter builds again.
	const hold = useHeldKeys();
	useKeys(press => {
		const command = commandOf('list', press);
		if (command === 'back') go({at: 'menu'});
		else if (command === 'leave') leave(130);
		else hold(press);
	});
	const body = loadedRows(
		loaded,
		{waiting: 'Looking at what there is to choose from', width: bodyColumns(size.columns)},
		() => [],
	);
	return (
		<ScreenRows
			rows={drawPage({title, body, scope: 'list', help: false, glyphs, without: ['up', 'choose', 'help']}, size)}
		/>
	);
}

type ResumeProps = ScreenProps & {draft: SavedDraft; onResume(): void; onAnew(): Promise<void>};

function Resume({actions, go, leave, draft, onResume, onAnew}: ResumeProps) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	useKeys(press => {
		if (press.key === 'enter') return onResume();
		if (press.key === 'escape') return go({at: 'menu'});
		const answer = commandOf('question', press);
		if (answer === 'yes') onResume();
		if (answer === 'no') void onAnew();
		if (answer === 'leave') leave(130);
	});
	const width = bodyColumns(size.columns);
	const body = yesNo(
		'Go on where you left off?',
		`Your answers of ${formatAge(draft.savedAt, actions.now())}${draft.preset ? ` for preset ${draft.preset}` : ''} are kept. No begins with a clean sheet.`,
		width,
	);
	return <ScreenRows rows={drawPage({title, body, scope: 'question', help: false, glyphs}, size)} />;
}
