import {useApp, useWindowSize} from 'ink';
import {useEffect, useState} from 'react';
import type {CheckResult} from '../../pipeline/events.ts';
import {cleanLine, cleanText} from '../../text/ansi.ts';
import {counted} from '../../text/phrases.ts';
import {commandText} from '../../text/shell-words.ts';
import {commandRows, yesNo} from '../confirmation.ts';
import {verdictMark} from '../dashboard/checks-pane.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {useList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {messageOf} from '../use-loaded.ts';
import type {Screen, ScreenProps} from './screen-props.ts';

/** Checks of this machine as they come in, with what each means and the command that would fix it. */
export function MachineCheckScreen({actions, go, leave, back}: ScreenProps & {back?: Screen}) {
	const {glyphs} = useTheme();
	const {suspendTerminal} = useApp();
	const size = useWindowSize();
	const [results, setResults] = useState<readonly CheckResult[]>([]);
	const [isChecking, setChecking] = useState(true);
	const [round, setRound] = useState(0);
	const [notice, setNotice] = useState<Notice>();
	const [fixing, setFixing] = useState<readonly CheckResult[]>();
	const list = useList('doctor', results.length, {onBack: () => go(back ?? {at: 'menu'}), onLeave: () => leave(130)});

	// biome-ignore lint/correctness/useExhaustiveDependencies: a new round checks again.
	useEffect(() => {
		const stop = new AbortController();
		setResults([]);
		setChecking(true);
		const add = (result: CheckResult) =>
			!stop.signal.aborted &&
			setResults(results => [...results.filter(({id}) => id !== result.id), result].toSorted(byGravity));
		actions
			.doctor({onResult: add, signal: stop.signal})
			.catch((error: unknown) => !stop.signal.aborted && setNotice({tone: 'bad', text: messageOf(error)}))
			.finally(() => !stop.signal.aborted && setChecking(false));
		return () => stop.abort();
	}, [round]);

	const marked = results[list.state.marked];
	const ask = (wanted: readonly CheckResult[]) => {
		if (actions.fixCommands(wanted).length > 0) return setFixing(wanted);
		setNotice({tone: 'warning', text: 'There is no command for this; the text beside it says what to do.'});
	};
	const fix = async (wanted: readonly CheckResult[]) => {
		try {
			await suspendTerminal(() => actions.applyFixes(wanted));
			setNotice({tone: 'good', text: 'Done; checking again.'});
		} catch (error) {
			setNotice({tone: 'bad', text: messageOf(error)});
		}
		setRound(count => count + 1);
	};
	useKeys(press => {
		if (fixing !== undefined) {
			const answer = commandOf('question', press);
			if (answer === undefined) return;
			if (answer === 'yes') void fix(fixing);
			return setFixing(undefined);
		}
		const command = list.press(press);
		if (command === 'fix' && marked) ask([marked]);
		if (command === 'fixAll') ask(results);
		if (command === 'recheck') {
			setNotice(undefined);
			setRound(count => count + 1);
		}
	});
	const width = bodyColumns(size.columns);
	const details = drawCheckDetails(marked, width, glyphs);
	const height = Math.max(3, bodyRows(size.rows) - details.length);
	const body: Line[] = [
		...(results.length === 0
			? [line(toned('muted', isChecking ? 'Checking…' : 'Nothing was checked.'))]
			: drawList(
					results.map(result => checkEntry(result, glyphs)),
					list.state,
					{width, height, glyphs},
				)),
		...details,
	];
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Check this machine',
					remark: isChecking ? line(toned('active', 'Checking…')) : remarkOn(results, glyphs),
					body,
					scope: 'doctor',
					help: list.help,
					glyphs,
					notice,
					question:
						fixing && yesNo('Run this on this machine?', commandRows(actions.fixCommands(fixing), width), width),
				},
				size,
			)}
		/>
	);
}

/** "Ready" only where there is nothing to know. */
function remarkOn(results: readonly CheckResult[], glyphs: Glyphs): Line {
	const count = (wanted: CheckResult['verdict']) => results.filter(({verdict}) => verdict === wanted).length;
	if (count('fail') > 0) return line(toned('bad', `${glyphs.fail} ${count('fail')} to fix`));
	if (count('warn') > 0) return line(toned('warning', `${glyphs.warn} ${counted(count('warn'), 'warning')}`));
	return line(toned('good', `${glyphs.pass} ready`));
}

const byGravity = (a: CheckResult, b: CheckResult) => gravity[a.verdict] - gravity[b.verdict];
const gravity = {fail: 0, warn: 1, pass: 2, skip: 3} as const;

function checkEntry(result: CheckResult, glyphs: Glyphs) {
	const [glyph, word, tone] = verdictMark(result.verdict, glyphs);
	return {
		title: cleanLine(result.title),
		mark: line(toned(tone, `${glyph} ${word}`)),
		right: line(toned('muted', result.fix !== undefined && result.verdict !== 'pass' ? 'can be fixed' : '')),
	};
}

const drawCheckDetails = (result: CheckResult | undefined, width: number, glyphs: Glyphs): Line[] =>
	result === undefined
		? []
		: [
				emptyLine,
				...(result.detail ? wrapped(cleanText(result.detail), width) : []),
				...(result.why ? wrapped(cleanText(result.why), width, 'muted') : []),
				...(result.hint && result.verdict !== 'pass'
					? wrapped(`${glyphs.arrow} ${cleanText(result.hint)}`, width, 'accent')
					: []),
				...(result.fix && result.verdict !== 'pass' ? wrapped(`$ ${commandText(result.fix)}`, width, 'active') : []),
			];
