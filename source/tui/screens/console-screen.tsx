import {useApp, useWindowSize} from 'ink';
import {useRef, useState} from 'react';
import type {IsoChoice} from '../../app/actions.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatAge} from '../../text/durations.ts';
import {commandText} from '../../text/shell-words.ts';
import {commandRows, yesNo} from '../confirmation.ts';
import {needingEntries} from '../key-help.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {useList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {loadedRows, messageOf, useLoaded} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

/** Chooses an ISO and lends the whole terminal to the serial console of a VM that boots it. */
export function ConsoleScreen({actions, go, leave}: ScreenProps) {
	const {glyphs} = useTheme();
	const {suspendTerminal} = useApp();
	const size = useWindowSize();
	const [loaded, reload] = useLoaded(() => actions.listIsos());
	const isos = loaded.kind === 'loaded' ? loaded.value : [];
	const list = useList('list', isos.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130)});
	const [notice, setNotice] = useState<Notice>();
	// Not a state: the second of two keys in one piece comes before the next picture.
	const isBusy = useRef(false);
	const [asked, setAsked] = useState<{iso: IsoChoice; missing: readonly CheckResult[]}>();
	const choose = async (iso: IsoChoice | undefined) => {
		if (iso === undefined || isBusy.current) return;
		isBusy.current = true;
		try {
			setNotice({tone: 'muted', text: 'Looking at QEMU…'});
			const missing = await actions.missingForConsole();
			setNotice(undefined);
			if (missing.length > 0) setAsked({iso, missing});
			else await open(iso);
		} catch (error) {
			setNotice({tone: 'bad', text: messageOf(error)});
		} finally {
			isBusy.current = false;
		}
	};
	const open = async (iso: IsoChoice, missing: readonly CheckResult[] = []) => {
		isBusy.current = true;
		try {
			await suspendTerminal(async () => {
				if (missing.length > 0) await actions.applyFixes(missing);
				const {message} = await actions.openConsole(iso);
				setNotice(message === undefined ? {tone: 'good', text: 'Console closed.'} : {tone: 'warning', text: message});
			});
		} catch (error) {
			setNotice({tone: 'bad', text: messageOf(error)});
		}
		isBusy.current = false;
		reload();
	};
	useKeys(press => {
		if (asked !== undefined) {
			const answer = commandOf('question', press);
			if (answer === undefined) return;
			setAsked(undefined);
			if (answer === 'yes') return void open(asked.iso, asked.missing);
			const line = actions.fixCommands(asked.missing).map(commandText).join(' && ');
			return setNotice({tone: 'warning', text: `A VM cannot be started yet. To install what it needs, run: ${line}`});
		}
		const command = list.press(press);
		if (command === 'choose') void choose(isos[list.state.marked]);
		if (command === 'pick') void choose(isos[Number(press.key) - 1]);
	});
	const width = bodyColumns(size.columns);
	const body = loadedRows(loaded, {waiting: 'Looking for ISOs', width}, () => {
		if (isos.length === 0)
			return wrapped('There is no ISO in build/ yet. Build one first: "New build" in the menu.', width, 'muted');
		const explanation = explain(actions.detachKey, width);
		const entries = isos.map(iso => isoEntry(iso, actions.now()));
		const height = Math.max(2, bodyRows(size.rows) - explanation.length);
		return [...explanation, ...drawList(entries, list.state, {width, height, glyphs, numbered: true})];
	});
	const question =
		asked &&
		yesNo('Install what the VM needs, then open it?', commandRows(actions.fixCommands(asked.missing), width), width);
	const without = isos.length === 0 ? needingEntries('list') : [];
	const page = {
		title: 'QEMU console',
		body,
		scope: 'list',
		help: list.help,
		glyphs,
		notice,
		question,
		without,
	} as const;
	return <ScreenRows rows={drawPage(page, size)} />;
}

const explain = (detachKey: string, width: number): Line[] => [
	...wrapped(
		'The whole terminal becomes the serial console of a virtual machine that boots this ISO. What you type goes to the guest, Ctrl-C too.',
		width,
		'muted',
	),
	...wrapped(`${detachKey} ends the machine and brings you back here.`, width, 'active'),
	emptyLine,
];

const isoEntry = (iso: IsoChoice, now: number) => ({
	title: cleanLine(iso.name),
	right: line(
		toned('rehearsal', iso.rehearsal ? 'REHEARSAL  ' : ''),
		toned('muted', `${formatBytes(iso.bytes)}, ${formatAge(iso.builtAt, now)}`),
	),
});
