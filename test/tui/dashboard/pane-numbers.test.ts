import {expect, test} from 'vitest';
import {createRunStore} from '../../../source/pipeline/run-store.ts';
import {initialView} from '../../../source/tui/dashboard/dashboard-view.ts';
import {drawDashboard} from '../../../source/tui/dashboard/draw-dashboard.ts';
import {type PaneId, panesWorthShowing, withNewPanes} from '../../../source/tui/dashboard/panes.ts';
import {unicodeGlyphs} from '../../../source/tui/glyphs.ts';
import {eventsOfFailure, eventsToTheEnd} from '../../helpers/events.ts';
import {canvosRuns} from '../../helpers/recorded-builds.ts';

const own = [
	{name: 'a build that passed', events: eventsToTheEnd().events},
	{name: 'a build that failed', events: eventsOfFailure().events},
];

// Symptom: the download went from 4 to 5 under the finger. Cause: numbers by a fixed order, while gauges of the machine come
// before the first check in one run and after the download in another.
test.each([...own, ...canvosRuns])('in $name a pane keeps its number once it has one', async ({events}) => {
	const store = createRunStore();
	let known: readonly PaneId[] = [];
	let before: readonly PaneId[] = [];
	for (const event of events) {
		store.accept(event);
		if (event.type === 'log') continue;
		await store.close?.();
		const snapshot = store.getSnapshot();
		known = withNewPanes(known, panesWorthShowing(snapshot));
		const {seen} = drawDashboard(
			{
				snapshot,
				knownPanes: known,
				view: initialView,
				glyphs: unicodeGlyphs,
				frame: 0,
				screen: {rows: [], cursor: 0},
				replay: false,
				isStopping: false,
			},
			{columns: 39, rows: 9},
		);
		expect(seen.panes.slice(0, before.length)).toEqual(before);
		before = seen.panes;
	}
	expect(before.length).toBeGreaterThan(4);
});
