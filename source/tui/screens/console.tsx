import {useApp, useWindowSize} from 'ink';
import {useState} from 'react';
import {formatAge, formatBytes} from '../../format.ts';
import type {IsoChoice} from '../app-actions.ts';
import {Canvas, useTheme} from '../canvas.tsx';
import {cleanLine} from '../clean-text.ts';
import {useKeys} from '../keys.tsx';
import {emptyLine, type Line, line, toned, wrapped} from '../lines.ts';
import {drawList} from '../list-view.ts';
import {messageOf, useLoaded} from '../loaded.ts';
import {loadedRows} from '../loaded-rows.ts';
import type {ScreenProps} from '../navigation.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page.ts';
import {useList} from '../use-list.ts';

/** Chooses an ISO and lends the whole terminal to the serial console of a VM that boots it. */
export const Console = ({actions, go, leave}: ScreenProps) => {
	const {glyphs} = useTheme();
	const {suspendTerminal} = useApp();
	const size = useWindowSize();
	const [loaded, reload] = useLoaded(() => actions.listIsos());
	const isos = loaded.kind === 'loaded' ? loaded.value : [];
	const list = useList('list', isos.length);
	const [help, setHelp] = useState(false);
	const [notice, setNotice] = useState<Notice>();
	const [isOpen, setOpen] = useState(false);
	const open = async (iso: IsoChoice | undefined) => {
		if (iso === undefined || isOpen) return;
		setOpen(true);
		try {
			await suspendTerminal(async () => {
				const {message} = await actions.openConsole(iso);
				setNotice(message === undefined ? {tone: 'good', text: 'Console closed.'} : {tone: 'warning', text: message});
			});
		} catch (error) {
			setNotice({tone: 'bad', text: messageOf(error)});
		}
		setOpen(false);
		reload();
	};
	useKeys(press => {
		if (help) return setHelp(false);
		const command = list.press(press);
		if (command === 'choose') void open(isos[list.state.marked]);
		if (command === 'pick') void open(isos[Number(press.key) - 1]);
		if (command === 'help') setHelp(true);
		if (command === 'back') go({at: 'menu'});
		if (command === 'leave') leave(130);
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
	return <Canvas rows={drawPage({title: 'Open a QEMU console', body, scope: 'list', help, glyphs, notice}, size)} />;
};

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
