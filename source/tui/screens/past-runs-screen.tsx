import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {RunSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatAge, formatDay, formatDuration} from '../../text/durations.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, fitTo, type Line, line, type Tone, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {loadedRows, messageOf, useLoaded} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

/** Earlier runs, the newest first; Enter shows one as its dashboard was. */
export function PastRunsScreen({actions, go, leave}: ScreenProps) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [loaded] = useLoaded(() => actions.listRuns());
	const runs = loaded.kind === 'loaded' ? loaded.value : [];
	const list = useList('runs', runs.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130)});
	const [notice, setNotice] = useState<Notice>();
	const open = (run: RunSummary | undefined) => {
		if (run === undefined) return;
		actions.openRun(run.id).then(
			store => go({at: 'replay', store}),
			(error: unknown) => setNotice({tone: 'bad', text: messageOf(error)}),
		);
	};
	useKeys(press => {
		const command = list.press(press);
		if (command === 'choose') open(runs[list.state.marked]);
		if (command === 'pick') open(runs[Number(press.key) - 1]);
	});
	const width = bodyColumns(size.columns);
	const marked = runs[list.state.marked];
	const body = loadedRows(loaded, {waiting: 'Reading runs', width}, () => {
		if (runs.length === 0) return wrapped('No run yet. Choose "New build" in the menu to start one.', width, 'muted');
		const entries = runs.map(run => runEntry(run, actions.now(), glyphs));
		const height = Math.max(3, bodyRows(size.rows) - 5);
		return [...drawList(entries, list.state, {width, height, glyphs, numbered: true}), ...drawRun(marked, width)];
	});
	return (
		<ScreenRows rows={drawPage({title: 'Past runs', body, scope: 'runs', help: list.help, glyphs, notice}, size)} />
	);
}

const drawRun = (run: RunSummary | undefined, width: number): Line[] =>
	run === undefined
		? []
		: [
				emptyLine,
				line(toned('muted', `${formatDay(run.startedAt)}  ${cleanLine(run.id)}`)),
				...(run.failure ? wrapped(cleanLine(run.failure), width, 'bad').slice(0, 3) : []),
			];

function runEntry(run: RunSummary, now: number, glyphs: Glyphs): ListEntry {
	const [glyph, tone] = marks(glyphs)[run.outcome];
	return {
		title: cleanLine(run.preset),
		mark: [...fitTo(line(toned(tone, `${glyph} ${run.outcome}`)), 13)],
		right: line(
			toned('rehearsal', run.rehearsal ? 'REHEARSAL  ' : ''),
			toned(
				'muted',
				`${run.durationMs === undefined ? '' : `${formatDuration(run.durationMs)}, `}${formatAge(run.startedAt, now)}`,
			),
		),
	};
}

const marks = (glyphs: Glyphs): Record<RunSummary['outcome'], [string, Tone]> => ({
	passed: [glyphs.pass, 'good'],
	failed: [glyphs.fail, 'bad'],
	cancelled: [glyphs.cancelled, 'warning'],
	unfinished: [glyphs.waiting, 'muted'],
});
