import {useWindowSize} from 'ink';
import {useEffect, useState} from 'react';
import {whatToMake} from '../../wizard/options.ts';
import {type Card, drawFirstStart} from '../home/draw-first-start.ts';
import {useKeys} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {useTheme} from '../theme.tsx';
import {messageOf} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';

const cardsFor = (cannotRehearse: string | undefined): readonly Card[] => [
	...whatToMake.map(({title, description, answers}) => ({
		title,
		description,
		refused: answers.builder === 'rehearsal' ? cannotRehearse : undefined,
	})),
	{title: 'Everything else', description: 'Presets, past runs, QEMU console, check of this machine, help'},
	{title: 'Watch a demo', description: 'An example of a build in 90 seconds; nothing is built'},
];

// After the first frame and the first key.
const soonMs = 150;

/** What is seen the first time: what this makes, and where to begin. */
export function FirstStartScreen({actions, go, leave, onMore}: ScreenProps & {onMore(): void}) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const cards = cardsFor(actions.cannotRehearse);
	const first = Math.max(
		0,
		cards.findIndex(({refused}) => refused === undefined),
	);
	const list = useList('menu', cards.length, {onLeave: () => leave(130), mark: first});
	const [notice, setNotice] = useState<Notice>();
	const [missing, setMissing] = useState<string>();
	// biome-ignore lint/correctness/useExhaustiveDependencies: once.
	useEffect(() => {
		let isWanted = true;
		const look = () =>
			actions.missingForReal().then(
				found => isWanted && setMissing(found),
				// The review makes the checks anew and tells more.
				() => undefined,
			);
		const timer = setTimeout(() => void look(), soonMs);
		return () => {
			isWanted = false;
			clearTimeout(timer);
		};
	}, []);
	const demo = () =>
		actions.openDemo().then(
			store => go({at: 'replay', store}),
			error => setNotice({tone: 'bad', text: messageOf(error)}),
		);
	const open = (index: number) => {
		const choice = whatToMake[index];
		const refused = cards[index]?.refused;
		if (refused !== undefined) return setNotice({tone: 'bad', text: `Not here: ${refused}`});
		setNotice(undefined);
		if (choice !== undefined) go({at: 'wizard', choice});
		else if (index === whatToMake.length) onMore();
		else if (index < cards.length) void demo();
	};
	useKeys(press => {
		const command = list.press(press);
		if (command === 'choose') open(list.state.marked);
		if (command === 'pick') open(Number(press.key) - 1);
		if (command === 'quit') leave();
	});
	const room = {width: bodyColumns(size.columns), height: bodyRows(size.rows)};
	const body = drawFirstStart({cards, marked: list.state.marked, missing, glyphs}, room);
	return (
		<ScreenRows
			rows={drawPage(
				{title: 'edge-builder', body, scope: 'menu', without: ['attach'], help: list.help, glyphs, notice},
				size,
			)}
		/>
	);
}
