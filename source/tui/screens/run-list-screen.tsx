import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {RunComparison, RunSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatAge, formatDay, formatDuration} from '../../text/durations.ts';
import {yesNo} from '../confirmation.ts';
import type {Glyphs} from '../glyphs.ts';
import {outcomeMark} from '../home/draw-outcome-words.ts';
import {drawRunCard} from '../home/draw-run-card.ts';
import {useDifferences} from '../home/use-differences.ts';
import {needingEntries} from '../key-help.ts';
import {useKeysOnceLoaded} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {useList} from '../list-state.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {fitTo, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {drawBeside} from '../two-columns.ts';
import {loadedRows, messageOf, useLoaded} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

type Props = ScreenProps & {
	mark?: number;
	/** `mark`: where the cursor is, for the way back. */
	onCompared(compared: RunComparison, mark: number): void;
};

/** Earlier runs, the newest first, with what each was for and what came of it. */
export function RunListScreen({actions, go, begin, leave, mark, onCompared}: Props) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [loaded, reload] = useLoaded(() => actions.listRuns());
	const runs = loaded.kind === 'loaded' ? loaded.value : [];
	const list = useList('runs', runs.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130), mark});
	const [notice, setNotice] = useState<Notice>();
	const [compared, setCompared] = useState<RunSummary>();
	const [removing, setRemoving] = useState<RunSummary>();
	const marked = runs[list.state.marked];
	const fromBase = useDifferences(marked, actions.differencesOfRun);

	const fail = (error: unknown) => setNotice({tone: 'bad', text: messageOf(error)});
	const look = (run: RunSummary | undefined) =>
		run && actions.openRun(run.id).then(store => go({at: 'replay', store, mark: list.state.marked}), fail);
	const again = async (run: RunSummary) => {
		setNotice({tone: 'muted', text: 'Starting…'});
		const refused = await begin(ask => actions.runAgain(run.id, ask));
		if (refused !== undefined) setNotice({tone: 'bad', text: refused});
	};
	const compare = (run: RunSummary) => {
		if (runs.length < 2) return setNotice({tone: 'muted', text: 'There is no other run to compare it with.'});
		if (compared === undefined || compared.id === run.id) {
			setCompared(run);
			return setNotice({tone: 'muted', text: `${nameOf(run)} is compared with the next one that you press c on.`});
		}
		const [before, after] = [compared, run].toSorted((a, b) => a.startedAt - b.startedAt).map(({id}) => id);
		return actions
			.compareRuns(before ?? '', after ?? '')
			.then(difference => onCompared(difference, list.state.marked), fail);
	};
	const report = async (run: RunSummary) => {
		setNotice({tone: 'muted', text: 'Opening its report…'});
		try {
			const {path, notOpened} = await actions.openReport(run.id);
			setNotice({
				tone: notOpened === undefined ? 'good' : 'warning',
				text: notOpened === undefined ? `Opened ${cleanLine(path)}` : `${notOpened} ${cleanLine(path)}`,
			});
		} catch (error) {
			fail(error);
		}
	};
	const remove = async (run: RunSummary) => {
		try {
			await actions.deleteRun(run.id);
			setNotice({tone: 'good', text: `Deleted the record of ${cleanLine(run.id)}.`});
			reload();
		} catch (error) {
			fail(error);
		}
	};
	useKeysOnceLoaded(loaded.kind !== 'loading', press => {
		if (removing !== undefined) {
			const answer = commandOf('question', press);
			if (answer === undefined) return;
			setRemoving(undefined);
			if (answer === 'leave') return leave(130);
			return answer === 'yes' ? void remove(removing) : undefined;
		}
		const command = list.press(press);
		if (command === 'choose') void look(marked);
		if (command === 'pick') void look(runs[Number(press.key) - 1]);
		if (marked === undefined) return;
		if (command === 'again') void again(marked);
		if (command === 'change') go({at: 'wizard', past: {runId: marked.id}, back: {at: 'runs', mark: list.state.marked}});
		if (command === 'compare') void compare(marked);
		if (command === 'report') void report(marked);
		if (command === 'remove') setRemoving(marked);
	});
	const width = bodyColumns(size.columns);
	const now = actions.now();
	const body = loadedRows(loaded, {waiting: 'Reading runs', width}, () => {
		if (marked === undefined)
			return wrapped('No run yet. Choose "New build" in the menu to start one.', width, 'muted');
		const entries = runs.map(run => runEntry(run, now, glyphs));
		return drawBeside(
			{
				count: runs.length,
				list: room => drawList(entries, list.state, {...room, glyphs, numbered: true}),
				card: room => drawRunCard(marked, fromBase, {width: room, now, glyphs}),
			},
			size,
			glyphs,
		);
	});
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Past runs',
					body,
					scope: 'runs',
					without: runs.length === 0 ? needingEntries('runs') : [],
					help: list.help,
					glyphs,
					notice,
					question:
						removing &&
						yesNo(
							`Delete the record of ${cleanLine(removing.preset)}?`,
							'Its logs and its report go; what it made stays.',
							width,
						),
				},
				size,
			)}
		/>
	);
}

const nameOf = ({preset, startedAt}: RunSummary) => `${cleanLine(preset)} of ${formatDay(startedAt)}`;

function runEntry(run: RunSummary, now: number, glyphs: Glyphs): ListEntry {
	const [glyph, tone] = outcomeMark(run.outcome, glyphs);
	const took = run.durationMs === undefined ? '' : `${formatDuration(run.durationMs)}, `;
	return {
		title: `${cleanLine(run.preset)}${run.kind === 'build' ? '' : `, ${run.kind}`}`,
		mark: [...fitTo(line(toned(tone, `${glyph} ${run.outcome}`)), 13)],
		right: line(toned('muted', `${took}${formatAge(run.startedAt, now)}`)),
	};
}
