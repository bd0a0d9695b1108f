import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {SavedDraft} from '../../app/actions.ts';
import {formatAge} from '../../text/durations.ts';
import {resumeWizard} from '../../wizard/draft.ts';
import {startWizard, type WizardStart} from '../../wizard/wizard-reducer.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import {yesNo} from '../confirmation.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {bodyColumns, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import type {ScreenProps} from '../screens/screen-props.ts';
import {useTheme} from '../theme.tsx';
import {loadedRows, useLoaded} from '../use-loaded.ts';
import {NewBuildFlow} from './new-build-flow.tsx';

/** Questions, review, preset, build. Offers to go on where an earlier wizard was left. */
export function NewBuildStart(props: ScreenProps & {preset?: string}) {
	const {actions, preset} = props;
	const [loaded] = useLoaded(async () => {
		const draft = await actions.loadDraft();
		const wanted = preset ?? draft?.preset;
		return {
			start: await actions.wizardStart(wanted),
			draft: draft?.preset === wanted ? draft : undefined,
			preset: wanted,
		};
	});
	const [begun, setBegun] = useState<{state: WizardState; preset?: string}>();
	const begin = (state: WizardState, from?: string) => setBegun({state, preset: from});

	if (begun !== undefined) return <NewBuildFlow {...props} preset={begun.preset} initial={begun.state} />;
	if (loaded.kind !== 'loaded') return <Waiting {...props} loaded={loaded} />;
	const {start, draft} = loaded.value;
	if (draft === undefined) return <NewBuildFlow {...props} preset={loaded.value.preset} initial={startWizard(start)} />;
	return (
		<Resume
			{...props}
			draft={draft}
			onResume={() => begin(resumeWizard(start, draft.draft), loaded.value.preset)}
			onAnew={async () => {
				await actions.dropDraft();
				const anew: WizardStart = preset === draft.preset ? start : await actions.wizardStart(preset);
				begin(startWizard(anew), preset);
			}}
		/>
	);
}

const title = 'New build';

function Waiting({go, leave, loaded}: ScreenProps & {loaded: Parameters<typeof loadedRows>[0]}) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	useKeys(press => {
		const command = commandOf('list', press);
		if (command === 'back') go({at: 'menu'});
		if (command === 'leave') leave(130);
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
		'Go on where you left?',
		`Your answers of ${formatAge(draft.savedAt, actions.now())}${draft.preset ? ` for preset ${draft.preset}` : ''} are kept. No begins with a clean sheet.`,
		width,
	);
	return <ScreenRows rows={drawPage({title, body, scope: 'question', help: false, glyphs}, size)} />;
}
