import {useWindowSize} from 'ink';
import {useEffect, useState} from 'react';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import type {Glyphs} from '../glyphs.ts';
import {drawGoingOn, drawHomeCard} from '../home/draw-home-card.ts';
import {type EntryId, type HomeData, homeEntry, lastBuild, shownEntries} from '../home/home-entries.ts';
import {useHome} from '../home/use-home.ts';
import {useKeys} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {type Line, line, toned} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {drawBeside} from '../two-columns.ts';
import {messageOf} from '../use-loaded.ts';
import type {Screen, ScreenProps} from './screen-props.ts';

type Props = ScreenProps & {
	notice?: Notice;
	/** Whether something was built here, until the runs are read. */
	hasBuilt: boolean;
	/** Back to the cards of a first start, for who came from there. */
	onCards?(): void;
};

/** The first screen: what can be done, and of each what there is. */
export function HomeScreen({actions, go, leave, notice, hasBuilt, onCards}: Props) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const data = useHome(actions);
	const entries = shownEntries(data, hasBuilt);
	const list = useList('menu', entries.length, {onLeave: () => leave(130)});
	// Enter may come before it is known what was built last.
	const [isEager, setEager] = useState(false);

	const open = (id: EntryId | undefined) => {
		if (id === undefined) return;
		if (id === 'quit') return leave();
		if (id !== 'again') return go(screens[id]);
		const build = lastBuild(data);
		if (build) go({at: 'wizard', past: {runId: build.id}});
		else if (data.runs !== undefined) attach();
		else setEager(true);
	};
	// A command such as `clean` holds the workspace as well, and has no record.
	const going = data.goingOn?.preset === undefined ? undefined : data.goingOn.runId;
	const attach = () =>
		going &&
		actions.openRun(going).then(
			store => go({at: 'replay', store}),
			error => go({at: 'menu', notice: {tone: 'bad', text: messageOf(error)}}),
		);
	const runsAreKnown = data.runs !== undefined;
	// biome-ignore lint/correctness/useExhaustiveDependencies: only that the runs have come matters.
	useEffect(() => {
		if (isEager && runsAreKnown) open(entries[0]);
	}, [isEager, runsAreKnown]);
	useKeys(press => {
		const command = list.press(press);
		if (command === 'choose') open(entries[list.state.marked]);
		if (command === 'pick') open(entries[Number(press.key) - 1]);
		if (command === 'attach') attach();
		if (command === 'quit') press.key === 'escape' && onCards ? onCards() : leave();
	});

	const drawn = {now: actions.now(), glyphs};
	const width = bodyColumns(size.columns);
	const rows = entries.map(id => homeEntry(id, data, glyphs));
	const marked = entries[list.state.marked] ?? 'new';
	const body = drawBeside(
		{
			count: entries.length,
			above: data.goingOn && drawGoingOn(data.goingOn, {...drawn, width}),
			list: room => drawList(rows, list.state, {...room, glyphs, numbered: true}),
			card: width => drawHomeCard(marked, data, {...drawn, width}),
		},
		size,
		glyphs,
	);
	const remark = drawStatus(data, {version: actions.version, columns: size.columns, glyphs});
	const page = {scope: 'menu' as const, without: going === undefined ? ['attach'] : []};
	return (
		<ScreenRows
			rows={drawPage({...page, title: 'edge-builder', remark, body, help: list.help, glyphs, notice}, size)}
		/>
	);
}

const screens: Record<Exclude<EntryId, 'again' | 'quit'>, Screen> = {
	new: {at: 'wizard'},
	presets: {at: 'presets'},
	runs: {at: 'runs'},
	console: {at: 'console'},
	verify: {at: 'isos'},
	doctor: {at: 'doctor'},
	clean: {at: 'clean'},
	help: {at: 'help'},
};

/** Where the work is done, what is free there, what there is to fix; on narrow screens the last two. */
function drawStatus(
	{workspace, host}: HomeData,
	{version, columns, glyphs}: {version: string; columns: number; glyphs: Glyphs},
): Line {
	const wrong = host?.failed.length ?? 0;
	const isWide = columns >= 100;
	const parts = [
		isWide && workspace ? toned('muted', cleanLine(workspace.path)) : undefined,
		workspace ? toned('muted', `${formatBytes(workspace.freeBytes)} free`) : undefined,
		wrong > 0 ? toned('warning', `${glyphs.warn} ${wrong} to fix`) : undefined,
		isWide ? toned('muted', version) : undefined,
	].filter(part => part !== undefined);
	return line(...parts.flatMap((part, index) => (index === 0 ? [part] : ['   ', part])));
}
