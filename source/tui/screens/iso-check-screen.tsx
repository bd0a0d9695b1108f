import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {AppActions, IsoChoice, RunSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatAge} from '../../text/durations.ts';
import {drawRunCard} from '../home/draw-run-card.ts';
import {needingEntries} from '../key-help.ts';
import {useKeysOnceLoaded} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {drawBeside} from '../two-columns.ts';
import {loadedRows, useLoaded} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

/** Looks into what was built already: an ISO, its image, or the system that boots from it. */
export function IsoCheckScreen({actions, go, begin, leave}: ScreenProps) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [loaded] = useLoaded(async () => ({isos: await actions.listIsos(), runs: await actions.listRuns()}));
	const {isos, runs} = loaded.kind === 'loaded' ? loaded.value : {isos: [], runs: []};
	const list = useList('isos', isos.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130)});
	const [notice, setNotice] = useState<Notice>();
	const look = (iso: IsoChoice | undefined, part: Parameters<AppActions['startPart']>[1]) => {
		if (iso === undefined) return;
		setNotice({tone: 'muted', text: 'Starting…'});
		void begin(ask => actions.startPart(iso, part, ask)).then(
			refused => refused !== undefined && setNotice({tone: 'bad', text: refused}),
		);
	};
	useKeysOnceLoaded(loaded.kind !== 'loading', press => {
		const command = list.press(press);
		const marked = isos[list.state.marked];
		if (command === 'choose') look(marked, 'verify-iso');
		if (command === 'pick') look(isos[Number(press.key) - 1], 'verify-iso');
		if (command === 'boot') look(marked, 'smoke-test');
		if (command === 'image') look(marked, 'verify-image');
	});
	const now = actions.now();
	const width = bodyColumns(size.columns);
	const body = loadedRows(loaded, {waiting: 'Looking for ISOs', width}, () => {
		const marked = isos[list.state.marked];
		if (marked === undefined)
			return wrapped('There is no ISO in build/ yet. Build one first: "New build" in the menu.', width, 'muted');
		const entries = isos.map(iso => ({
			title: cleanLine(iso.name),
			right: line(toned('muted', formatBytes(iso.bytes))),
		}));
		return drawBeside(
			{
				count: isos.length,
				list: room => drawList(entries, list.state, {...room, glyphs, numbered: true}),
				card: room => drawIso(marked, runs, {width: room, now, glyphs}),
			},
			size,
			glyphs,
		);
	});
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Verify or smoke-test an ISO',
					body,
					scope: 'isos',
					help: list.help,
					glyphs,
					notice,
					without: isos.length === 0 ? needingEntries('isos') : [],
				},
				size,
			)}
		/>
	);
}

function drawIso(iso: IsoChoice, runs: readonly RunSummary[], drawn: Parameters<typeof drawRunCard>[2]) {
	const {width, now} = drawn;
	const build = runs.find(
		({kind, isoName, outcome}) => kind === 'build' && isoName === iso.name && outcome !== 'running',
	);
	return [
		...wrapped(cleanLine(iso.name), width, 'title'),
		line(toned('muted', `${formatBytes(iso.bytes)}, came here ${formatAge(iso.builtAt, now)}`)),
		emptyLine,
		...(build === undefined
			? wrapped('No run in this workspace made it: it is judged by the settings that count now.', width, 'warning')
			: [line(toned('muted', 'Last build of it:')), ...drawRunCard(build, undefined, drawn)]),
	];
}
