import {useWindowSize} from 'ink';
import {useState} from 'react';
import {formatAge, formatDay, formatDuration} from '../../format.ts';
import type {RunSummary} from '../app-actions.ts';
import {Canvas, useTheme} from '../canvas.tsx';
import {cleanLine} from '../clean-text.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keys.tsx';
import {emptyLine, fitTo, type Line, line, type Tone, toned, wrapped} from '../lines.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {messageOf, useLoaded} from '../loaded.ts';
import {loadedRows} from '../loaded-rows.ts';
import type {ScreenProps} from '../navigation.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page.ts';
import {useList} from '../use-list.ts';

/** Earlier runs, the newest first; Enter shows one as its dashboard was. */
export const Runs = ({actions, go, leave}: ScreenProps) => {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [loaded] = useLoaded(() => actions.listRuns());
	const runs = loaded.kind === 'loaded' ? loaded.value : [];
	const list = useList('runs', runs.length);
	const [help, setHelp] = useState(false);
	const [notice, setNotice] = useState<Notice>();
	const open = (run: RunSummary | undefined) => {
		if (run === undefined) return;
		actions.openRun(run.id).then(
			store => go({at: 'replay', store}),
			(error: unknown) => setNotice({tone: 'bad', text: messageOf(error)}),
		);
	};
	useKeys(press => {
		if (help) return setHelp(false);
		const command = list.press(press);
		if (command === 'choose') open(runs[list.state.marked]);
		if (command === 'pick') open(runs[Number(press.key) - 1]);
		if (command === 'help') setHelp(true);
		if (command === 'back') go({at: 'menu'});
		if (command === 'leave') leave(130);
	});
	const width = bodyColumns(size.columns);
	const marked = runs[list.state.marked];
	const body = loadedRows(loaded, {waiting: 'Reading runs', width}, () => {
		if (runs.length === 0) return wrapped('No run yet. Choose "New build" in the menu to start one.', width, 'muted');
		const entries = runs.map(run => runEntry(run, actions.now(), glyphs));
		const height = Math.max(3, bodyRows(size.rows) - 5);
		return [...drawList(entries, list.state, {width, height, glyphs, numbered: true}), ...drawRun(marked, width)];
	});
	return <Canvas rows={drawPage({title: 'Past runs', body, scope: 'runs', help, glyphs, notice}, size)} />;
};

const drawRun = (run: RunSummary | undefined, width: number): Line[] =>
	run === undefined
		? []
		: [
				emptyLine,
				line(toned('muted', `${formatDay(run.startedAt)}  ${cleanLine(run.id)}`)),
				...(run.failure ? wrapped(cleanLine(run.failure), width, 'bad').slice(0, 3) : []),
			];

const runEntry = (run: RunSummary, now: number, glyphs: Glyphs): ListEntry => {
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
};

const marks = (glyphs: Glyphs): Record<RunSummary['outcome'], [string, Tone]> => ({
	passed: [glyphs.pass, 'good'],
	failed: [glyphs.fail, 'bad'],
	cancelled: [glyphs.cancelled, 'warning'],
	unfinished: [glyphs.waiting, 'muted'],
});
