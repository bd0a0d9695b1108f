import {useWindowSize} from 'ink';
import type {HostReadiness} from '../../app/actions.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {drawDescription, drawList} from '../list-view.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {useHostReadiness} from '../use-host-readiness.ts';
import type {Screen, ScreenProps} from './screen-props.ts';

type MenuEntry = {title: string; description: string; to?: Screen};

// People who come back want their preset: Enter, Enter. Who comes for the first time never sees this menu first.
const entries: readonly MenuEntry[] = [
	{
		title: 'Run a saved preset',
		description:
			'Build an image again from answers that were saved, or from one of the presets that come with the program.',
		to: {at: 'presets'},
	},
	{
		title: 'New build',
		description: 'Answer a few questions, see what they lead to, and build.',
		to: {at: 'wizard'},
	},
	{
		title: 'Open a QEMU console',
		description: 'Boot an ISO in a virtual machine and use its serial console in this terminal.',
		to: {at: 'console'},
	},
	{
		title: 'Check this machine',
		description: 'See whether everything that a build needs is here, and install what is missing.',
		to: {at: 'doctor'},
	},
	{
		title: 'Past runs',
		description: 'Look at earlier builds: what they made, how long they took, why they failed.',
		to: {at: 'runs'},
	},
	{title: 'Quit', description: 'Back to the shell.'},
];

/** The first screen: what can be done. */
export function MenuScreen({actions, go, leave, notice}: ScreenProps & {notice?: Notice}) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const list = useList('menu', entries.length, {onLeave: () => leave(130)});
	const [host] = useHostReadiness(actions);
	const open = (entry: MenuEntry | undefined) => {
		if (entry === undefined) return;
		if (entry.to === undefined) leave();
		else go(entry.to);
	};
	useKeys(press => {
		const command = list.press(press);
		if (command === 'choose') open(entries[list.state.marked]);
		if (command === 'pick') open(entries[Number(press.key) - 1]);
		if (command === 'quit') leave();
	});
	const width = bodyColumns(size.columns);
	const body = [
		...(size.rows < 16
			? []
			: wrapped(
					'Builds, verifies and boot-tests edge images with NVIDIA DOCA and BlueField firmware.',
					width,
					'muted',
				)),
		...(size.rows < 16 ? [] : [[]]),
		...drawList(
			entries.map(({title}) => ({title})),
			list.state,
			{width, height: entries.length, glyphs, numbered: true},
		),
		...drawDescription(entries[list.state.marked], width),
	];
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'edge-builder',
					remark: line(toned('warning', toFix(host, glyphs)), toned('muted', actions.version)),
					body,
					scope: 'menu',
					help: list.help,
					glyphs,
					notice,
				},
				size,
			)}
		/>
	);
}

function toFix(host: HostReadiness | undefined, glyphs: Glyphs) {
	const count = host?.failed.length ?? 0;
	return count === 0 ? '' : `${glyphs.warn} ${count} to fix   `;
}
