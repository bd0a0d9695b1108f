import {useSyncExternalStore} from 'react';
import type {PlayerView, ReplayPlayer} from '../../app/actions.ts';
import {bar} from '../charts.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, spread, toned, widthOf} from '../styled-text.ts';

/** Where a replay is and how fast it goes, in one row above the keys. */
export function drawReplayBar(player: PlayerView, width: number, glyphs: Glyphs): Line {
	const {position, length, speed, isPlaying, isDemo} = player;
	const state = isPlaying ? 'playing' : isAtEnd(player) ? 'at its end' : 'paused';
	const left = line(toned(isPlaying ? 'active' : 'warning', ` ${state.padEnd(longestState)}`), `  ${clock(position)} `);
	const right = line(
		`${clock(length)}  `,
		toned('accent', speedLabel(speed).padStart(longestSpeed)),
		isDemo ? toned('rehearsal', width < 76 ? '  DEMO' : '  DEMO: nothing is built') : '',
		' ',
	);
	// A blank stands between.
	const room = width - widthOf(left) - widthOf(right) - 1;
	return spread(line(left, bar(position, length, Math.max(0, room), glyphs, 'active')), right, width, glyphs.ellipsis);
}

/** Where the player is now; time goes by while this looks. */
export function usePlayer(player: ReplayPlayer | undefined): PlayerView | undefined {
	const {subscribe, getSnapshot} = player ?? none;
	return useSyncExternalStore<PlayerView | undefined>(subscribe, getSnapshot);
}

const none = {subscribe: () => () => undefined, getSnapshot: () => undefined};

/** Whether all of the recording is shown. */
export const isAtEnd = ({position, length}: PlayerView): boolean => position >= length;

const longestState = 'at its end'.length;
const longestSpeed = '100×'.length;

const speedLabel = (speed: number) => (speed >= 1000 ? 'max' : `${speed}×`);

/** Hours, minutes and seconds in the same width all the time: `1:02:05`. */
function clock(ms: number): string {
	const seconds = Math.round(ms / 1000);
	const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return parts.map((part, index) => String(part).padStart(index === 0 ? 1 : 2, '0')).join(':');
}
