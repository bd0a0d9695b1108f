import {useApp} from 'ink';
import {useEffect, useRef, useState} from 'react';
import type {LinesEnd} from '../../app/actions.ts';

type Tell = (signal: AbortSignal) => Promise<LinesEnd>;

/**
 * Leaves the dashboard for plain lines on the ordinary screen, and comes back.
 * @param isAsked The run needs the person, which only the dashboard can show: it comes back by itself.
 * @param onBack Told how the lines ended, once the dashboard is back.
 */
export function useLines(isAsked: boolean, onBack: (end: LinesEnd) => void) {
	const {suspendTerminal} = useApp();
	const [isAway, setAway] = useState(false);
	const current = useRef<AbortController>(undefined);
	const back = useRef(onBack);
	back.current = onBack;
	useEffect(() => {
		if (isAsked) current.current?.abort();
	}, [isAsked]);
	useEffect(() => () => current.current?.abort(), []);
	const leaveForLines = async (tell: Tell) => {
		if (current.current) return;
		const controller = new AbortController();
		current.current = controller;
		setAway(true);
		let end: LinesEnd = 'back';
		await suspendTerminal(async () => {
			end = await tell(controller.signal);
			// A key may lead away again before the picture is back.
			current.current = undefined;
		});
		if (current.current === undefined) setAway(false);
		back.current(end);
	};
	return {isAway, leaveForLines: (tell: Tell) => void leaveForLines(tell)};
}
