import {useWindowSize} from 'ink';
import {useState} from 'react';
import {formatAge} from '../../format.ts';
import {resumeWizard, startWizard, type WizardStart, type WizardState} from '../../wizard/index.ts';
import type {SavedDraft} from '../app-actions.ts';
import {Canvas, useTheme} from '../canvas.tsx';
import {commandOf} from '../keymap.ts';
import {useKeys} from '../keys.tsx';
import {useLoaded} from '../loaded.ts';
import {loadedRows} from '../loaded-rows.ts';
import type {ScreenProps} from '../navigation.ts';
import {bodyColumns, drawPage} from '../page.ts';
import {yesNo} from '../yes-no.ts';
import {WizardFlow} from './wizard-flow.tsx';

/** Questions, review, preset, build. Offers to go on where an earlier wizard was left. */
export const Wizard = (props: ScreenProps & {preset?: string}) => {
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

	if (begun !== undefined) return <WizardFlow {...props} preset={begun.preset} initial={begun.state} />;
	if (loaded.kind !== 'loaded') return <Waiting {...props} loaded={loaded} />;
	const {start, draft} = loaded.value;
	if (draft === undefined) return <WizardFlow {...props} preset={loaded.value.preset} initial={startWizard(start)} />;
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
};

const title = 'New build';

const Waiting = ({go, leave, loaded}: ScreenProps & {loaded: Parameters<typeof loadedRows>[0]}) => {
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
		<Canvas
			rows={drawPage({title, body, scope: 'list', help: false, glyphs, without: ['up', 'choose', 'help']}, size)}
		/>
	);
};

type ResumeProps = ScreenProps & {draft: SavedDraft; onResume(): void; onAnew(): Promise<void>};

const Resume = ({actions, go, leave, draft, onResume, onAnew}: ResumeProps) => {
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
	return <Canvas rows={drawPage({title, body, scope: 'question', help: false, glyphs}, size)} />;
};
