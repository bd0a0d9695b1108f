import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {CleanableThing} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {counted} from '../../text/phrases.ts';
import {yesNo} from '../confirmation.ts';
import {bytesOf} from '../home/home-entries.ts';
import {useKeysOnceLoaded} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {useList} from '../list-state.ts';
import {drawList} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {loadedRows, messageOf, useLoaded} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

/** What can go, with its size; removes what is chosen, after asking. */
export function CleanUpScreen({actions, go, leave}: ScreenProps) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [loaded, reload] = useLoaded(() => actions.listCleanables());
	const things = loaded.kind === 'loaded' ? loaded.value : [];
	const list = useList('cleaning', things.length, {onBack: () => go({at: 'menu'}), onLeave: () => leave(130)});
	const [chosen, setChosen] = useState<readonly string[]>([]);
	const [asked, setAsked] = useState(false);
	const [notice, setNotice] = useState<Notice>();
	const wanted = things.filter(({title}) => chosen.includes(title));

	const remove = async () => {
		setNotice({tone: 'muted', text: 'Removing…'});
		try {
			const bytes = await actions.clean(chosen);
			setNotice({tone: 'good', text: `Removed; ${formatBytes(bytes)} given back.`});
		} catch (error) {
			setNotice({tone: 'bad', text: messageOf(error)});
		}
		setChosen([]);
		reload();
	};
	useKeysOnceLoaded(loaded.kind !== 'loading', press => {
		if (asked) {
			const answer = commandOf('question', press);
			if (answer === undefined) return;
			setAsked(false);
			if (answer === 'leave') return leave(130);
			return answer === 'yes' ? void remove() : undefined;
		}
		const command = list.press(press);
		const marked = things[list.state.marked];
		if (command === 'choose' && marked) setChosen(titles => toggled(titles, marked.title));
		if (command === 'all')
			setChosen(titles => (titles.length > 0 ? [] : things.filter(({isDear}) => !isDear).map(({title}) => title)));
		if (command === 'remove' && wanted.length > 0) setAsked(true);
		else if (command === 'remove') setNotice({tone: 'muted', text: 'Space chooses what is to go.'});
	});
	const width = bodyColumns(size.columns);
	const body = loadedRows(loaded, {waiting: 'Adding up what can go', width}, () => {
		if (things.length === 0) return wrapped('There is nothing to remove.', width, 'muted');
		const total =
			wanted.length === 0
				? `Nothing chosen of ${formatBytes(bytesOf(things))}`
				: `${formatBytes(bytesOf(wanted))} chosen of ${formatBytes(bytesOf(things))}`;
		return [
			...drawList(
				things.map(thing => ({
					title: cleanLine(thing.title),
					mark: line(
						toned('accent', `${chosen.includes(thing.title) ? glyphs.chosen : glyphs.unchosen} `),
						`${formatBytes(thing.bytes).padStart(8)}  `,
					),
				})),
				list.state,
				{width, height: Math.max(1, bodyRows(size.rows) - 4), glyphs},
			),
			emptyLine,
			line(toned('muted', total)),
			...drawRemark(things[list.state.marked], width),
		];
	});
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Clean up',
					body,
					scope: 'cleaning',
					help: list.help,
					glyphs,
					notice,
					question: asked
						? yesNo(
								`Remove ${counted(wanted.length, 'thing')} (${formatBytes(bytesOf(wanted))})?`,
								'This cannot be undone; a later build makes or fetches it again.',
								width,
							)
						: undefined,
				},
				size,
			)}
		/>
	);
}

const toggled = (titles: readonly string[], title: string) =>
	titles.includes(title) ? titles.filter(other => other !== title) : [...titles, title];

const remarks: Record<string, string> = {
	artifacts: 'A build makes it again.',
	images: 'A build makes it again, or it is pulled.',
	firmware: 'Gigabytes to fetch again.',
	trees: 'Kept by `setup`; it makes them again.',
	cache: 'The next build takes as long as the first one.',
	runs: 'Logs and reports of past runs are gone then, and "Build again" with them.',
};

const drawRemark = (thing: CleanableThing | undefined, width: number) =>
	thing === undefined ? [] : wrapped(remarks[thing.kind] ?? '', width, thing.isDear ? 'warning' : 'muted');
