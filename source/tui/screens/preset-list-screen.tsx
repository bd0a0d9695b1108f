import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {PresetSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatAge} from '../../text/durations.ts';
import type {Glyphs} from '../glyphs.ts';
import {outcomeMark} from '../home/draw-outcome-words.ts';
import {drawPresetCard} from '../home/draw-preset-card.ts';
import {useKeysOnceLoaded} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {drawBeside} from '../two-columns.ts';
import {type Loaded, loadedRows, messageOf} from '../use-loaded.ts';
import type {PresetTask} from './preset-task.ts';
import type {ScreenProps} from './screen-props.ts';

type Props = ScreenProps & {
	loaded: Loaded<readonly PresetSummary[]>;
	reload(): void;
	mark?: number;
	initialNotice?: Notice;
	/** `mark`: where the cursor is, for the way back. */
	onTask(task: PresetTask, mark: number): void;
};

/** Presets, the one that was built last first, with what each makes. */
export function PresetListScreen({actions, go, start, leave, loaded, reload, mark, initialNotice, onTask}: Props) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const presets = loaded.kind === 'loaded' ? loaded.value.toSorted(byUse) : [];
	const list = useList('presets', presets.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130), mark});
	const [notice, setNotice] = useState(initialNotice);
	const [deleted, setDeleted] = useState<string>();
	const [compared, setCompared] = useState<string>();
	const [isStarting, setStarting] = useState(false);

	const fail = (text: string | undefined) => text !== undefined && setNotice({tone: 'bad', text});
	const build = async (preset: PresetSummary) => {
		if (isStarting) return;
		if (preset.problem !== undefined) return fail(`${preset.name} cannot be built: ${preset.problem}`);
		setStarting(true);
		fail(await start({preset: preset.name}));
		setStarting(false);
	};
	// Says what it did, or what stood in the way, and reads the list anew.
	const change = async (work: Promise<void>, done: string) => {
		try {
			await work;
			setNotice({tone: 'good', text: done});
			reload();
			return true;
		} catch (error) {
			fail(messageOf(error));
			return false;
		}
	};
	const remove = async ({name, origin}: PresetSummary) => {
		if (origin === 'shipped') return fail(`${name} comes with edge-builder and cannot be deleted.`);
		const isGone = await change(actions.deletePreset(name), `Deleted preset ${name}; u brings it back.`);
		if (isGone) setDeleted(name);
	};
	const undo = async () => {
		if (deleted === undefined) return setNotice({tone: 'muted', text: 'Nothing was deleted here yet.'});
		if (await change(actions.restorePreset(deleted), `Preset ${deleted} is back.`)) setDeleted(undefined);
	};
	const compare = async (name: string) => {
		if (compared === undefined || compared === name) {
			setCompared(name);
			return setNotice({tone: 'muted', text: `${name} is compared with the next one that you press c on.`});
		}
		try {
			const difference = await actions.comparePresets(compared, name);
			onTask({kind: 'compare', before: compared, after: name, difference}, list.state.marked);
		} catch (error) {
			fail(messageOf(error));
		}
	};
	useKeysOnceLoaded(loaded.kind !== 'loading', press => {
		const command = list.press(press);
		if (command === 'undo') return void undo();
		if (command === 'import') return onTask({kind: 'import'}, list.state.marked);
		const marked = command === 'pick' ? presets[Number(press.key) - 1] : presets[list.state.marked];
		if (marked === undefined) return;
		if (command === 'choose' || command === 'pick')
			go({at: 'wizard', preset: marked.name, back: {at: 'presets', mark: list.state.marked}});
		if (command === 'start') void build(marked);
		if (command === 'remove') void remove(marked);
		if (command === 'duplicate' || command === 'rename' || command === 'export')
			onTask({kind: command, preset: marked}, list.state.marked);
		if (command === 'compare') void compare(marked.name);
	});

	const width = bodyColumns(size.columns);
	const now = actions.now();
	const body = loadedRows(loaded, {waiting: 'Reading presets', width}, () => {
		const marked = presets[list.state.marked];
		if (marked === undefined) return wrapped('There is no preset.', width, 'muted');
		const entries = presets.map(preset => presetEntry(preset, now, glyphs));
		return drawBeside(
			{
				count: presets.length,
				list: room => drawList(entries, list.state, {...room, glyphs, numbered: true}),
				card: room => drawPresetCard(marked, {width: room, now, glyphs}),
			},
			size,
			glyphs,
		);
	});
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Presets',
					remark: isStarting ? line(toned('active', 'Starting…')) : undefined,
					body,
					scope: 'presets',
					help: list.help,
					glyphs,
					notice,
				},
				size,
			)}
		/>
	);
}

const byUse = (a: PresetSummary, b: PresetSummary) =>
	(b.lastRun?.at ?? 0) - (a.lastRun?.at ?? 0) ||
	Number(a.origin === 'shipped') - Number(b.origin === 'shipped') ||
	a.name.localeCompare(b.name);

// A preset without a word is this workspace's.
const whose: Record<PresetSummary['origin'], string> = {shipped: 'shipped', person: 'yours', workspace: ''};

function presetEntry({name, lastRun, problem, origin}: PresetSummary, now: number, glyphs: Glyphs): ListEntry {
	const [glyph, tone] = lastRun ? outcomeMark(lastRun.outcome, glyphs) : ([' ', 'muted'] as const);
	const last = lastRun
		? `${lastRun.outcome} ${formatAge(lastRun.at, now)}`
		: origin === 'shipped'
			? ''
			: 'not built yet';
	const remark = [whose[origin], last].filter(Boolean).join(', ');
	return {
		title: cleanLine(name),
		mark: line(toned(tone, `${glyph} `)),
		right: problem === undefined ? line(toned('muted', remark)) : line(toned('bad', `${glyphs.fail} broken`)),
	};
}
