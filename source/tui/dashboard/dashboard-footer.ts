import type {PlayerView} from '../../app/actions.ts';
import {drawFooter} from '../key-help.ts';
import {line, toned, widthOf} from '../styled-text.ts';
import type {Seen} from './dashboard-view.ts';
import type {Drawing} from './pane-drawing.ts';
import type {DashboardLayout} from './pane-layout.ts';

/** The keys that work now, as far as there is room for them. */
export function footer(
	{snapshot, view, glyphs, replay, player, isGoingOn, offers}: Drawing,
	{footer: {width}}: Extract<DashboardLayout, {kind: 'panes'}>,
	{canArrange}: Seen,
) {
	const idle = canArrange ? [] : ['zoom'];
	if (view.typing !== undefined) return line(toned('muted', ' Enter searches, Esc gives up'));
	if (!replay && snapshot.state.phase.kind !== 'finished') return drawFooter('dashboard', width, glyphs, idle);
	const isAtOffers = offers && view.focus === 'outcome';
	const scope = isGoingOn ? 'watching' : endedScope(isAtOffers, replay, player);
	// Of the many keys of a replay, the pane's are left room for the one of the help.
	const ended = drawFooter(scope, player && !isAtOffers ? width - leastPaneHints : width, glyphs);
	if (isAtOffers) return ended;
	return line(
		ended,
		'  ',
		drawFooter('dashboard', width - widthOf(ended) - 2, glyphs, [...withoutIn(isGoingOn), ...idle]),
	);
}

/** What of the dashboard's keys is not there at a run of another terminal, or one that has ended. */
export const withoutIn = (isGoingOn: boolean | undefined) => (isGoingOn ? ['stop'] : ['stop', 'lines']);

const leastPaneHints = '  ? help'.length + 2;

/** The keys of a run that has ended, or is only looked back at or played again. */
export function endedScope(
	offers: boolean | undefined,
	replay: boolean,
	player: PlayerView | undefined,
): 'replay' | 'replayOfFailed' | 'demo' | 'lookingBack' | 'lookingBackAtFailed' | 'ended' | 'failed' {
	if (!replay) return offers ? 'failed' : 'ended';
	if (player === undefined) return offers ? 'lookingBackAtFailed' : 'lookingBack';
	return player.isDemo ? 'demo' : offers ? 'replayOfFailed' : 'replay';
}
