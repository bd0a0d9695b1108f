import {type Line, line, toned, widthOf} from '../styled-text.ts';
import {numbered, numberOf, type PaneId} from './panes.ts';

/** The names of all panes, as far as there is room; the numbers alone otherwise. */
export function drawTabs(panes: readonly PaneId[], focus: PaneId, width: number): Line {
	const written = (isWhole: boolean) =>
		line(
			...panes.map(pane => {
				const name = isWhole || pane === focus ? numbered(pane, panes) : numberOf(pane, panes);
				return toned(pane === focus ? 'selected' : 'muted', ` ${name} `);
			}),
		);
	const whole = written(true);
	return widthOf(whole) <= width ? whole : written(false);
}
