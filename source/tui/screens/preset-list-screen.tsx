import {useWindowSize} from 'ink';
import {useEffect, useState} from 'react';
import type {PresetSummary} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatAge} from '../../text/durations.ts';
import {yesNo} from '../confirmation.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {useList} from '../list-state.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {loadedRows, messageOf, useLoaded} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

/** Saved presets, the one that ran last first; Enter runs the marked one. */
export function PresetListScreen({actions, go, start, leave}: ScreenProps) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [loaded, reload] = useLoaded(() => actions.listPresets());
	const presets = loaded.kind === 'loaded' ? loaded.value.toSorted(byUse) : [];
	const list = useList('presets', presets.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130)});
	const [notice, setNotice] = useState<Notice>();
	const [removing, setRemoving] = useState<PresetSummary>();
	const [isStarting, setStarting] = useState(false);
	// Enter may come before the list does; it is meant for its first entry.
	const [isEager, setEager] = useState(false);

	const fail = (text: string | undefined) => text !== undefined && setNotice({tone: 'bad', text});
	const run = (preset: PresetSummary | undefined) => {
		if (preset === undefined || isStarting) return;
		if (preset.problem !== undefined) return fail(`${preset.name} cannot be run: ${preset.problem}`);
		setStarting(true);
		void start({preset: preset.name}).then(problem => {
			setStarting(false);
			fail(problem);
		});
	};
	const remove = (preset: PresetSummary) =>
		actions.deletePreset(preset.name).then(
			() => {
				setNotice({tone: 'good', text: `Deleted preset ${preset.name}.`});
				reload();
			},
			(error: unknown) => fail(messageOf(error)),
		);
	// biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of the list matters.
	useEffect(() => {
		if (loaded.kind === 'loaded' && isEager) run(presets[0]);
	}, [loaded.kind]);

	useKeys(press => {
		if (removing !== undefined) {
			const answer = commandOf('question', press);
			if (answer === undefined) return;
			if (answer === 'yes') void remove(removing);
			return setRemoving(undefined);
		}
		const command = list.press(press);
		const marked = presets[list.state.marked];
		if (command === 'choose' && loaded.kind === 'loading') setEager(true);
		else if (command === 'choose') run(marked);
		if (command === 'pick') run(presets[Number(press.key) - 1]);
		if (command === 'edit' && marked) go({at: 'wizard', preset: marked.name});
		if (command === 'remove' && marked) {
			if (marked.origin === 'shipped') fail(`${marked.name} comes with the program and cannot be deleted.`);
			else setRemoving(marked);
		}
	});

	const width = bodyColumns(size.columns);
	const body = loadedRows(loaded, {waiting: 'Reading presets', width}, () => [
		...drawList(
			presets.map(preset => presetEntry(preset, actions.now())),
			list.state,
			{width, height: Math.max(3, bodyRows(size.rows) - detailRows), glyphs, numbered: true},
		),
		...drawPreset(presets[list.state.marked], width, glyphs),
	]);
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Run a saved preset',
					remark: isStarting ? line(toned('active', 'Starting')) : undefined,
					body,
					scope: 'presets',
					help: list.help,
					glyphs,
					notice,
					question: removing && yesNo(`Delete preset ${cleanLine(removing.name)}?`, 'Its file is removed.', width),
				},
				size,
			)}
		/>
	);
}

const detailRows = 7;

const byUse = (a: PresetSummary, b: PresetSummary) =>
	(b.lastRun?.at ?? 0) - (a.lastRun?.at ?? 0) ||
	Number(b.origin === 'saved') - Number(a.origin === 'saved') ||
	a.name.localeCompare(b.name);

const presetEntry = ({name, builder, lastRun, problem, origin}: PresetSummary, now: number): ListEntry => ({
	title: cleanLine(name),
	disabled: problem === undefined ? undefined : cleanLine(problem),
	right: line(
		toned('rehearsal', builder === 'rehearsal' ? 'REHEARSAL  ' : ''),
		toned(
			'muted',
			lastRun
				? `${lastRun.outcome} ${formatAge(lastRun.at, now)}`
				: origin === 'shipped'
					? 'comes with the program'
					: 'not run yet',
		),
	),
});

const drawPreset = (preset: PresetSummary | undefined, width: number, glyphs: Glyphs): Line[] =>
	preset === undefined
		? []
		: [
				emptyLine,
				...wrapped(cleanLine(preset.description), width, 'muted').slice(0, 3),
				line(toned('muted', preset.imageReference ? `Image  ${cleanLine(preset.imageReference)}` : '')),
				line(toned('muted', preset.isoName ? `ISO    ${cleanLine(preset.isoName)}` : '')),
				...(preset.problem === undefined
					? []
					: wrapped(`${glyphs.fail} ${cleanLine(preset.problem)}`, width, 'warning')),
			];
