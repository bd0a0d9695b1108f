import type {Rect} from '../boxes.ts';
import type {PaneId} from './panes.ts';

export type DashboardLayout =
	| {kind: 'too-small'; needed: {columns: number; rows: number}}
	| {
			kind: 'panes';
			header: Rect;
			/** Present where one pane at a time is shown: the names of all panes. */
			tabs?: Rect;
			panes: readonly (Rect & {id: PaneId})[];
			footer: Rect;
	  };

export type LayoutInput = {
	columns: number;
	rows: number;
	/** The panes with something to show, the most telling first. */
	panes: readonly PaneId[];
	focus: PaneId;
	zoomed: boolean;
	steps: number;
	/** Rows of text in the outcome pane and the gauges. */
	outcomeRows: number;
	machineRows: number;
};

/** Smallest terminal that the dashboard is drawn on. */
export const smallest = {columns: 40, rows: 10};

/** Where everything goes. The pane with the keys is always among the placed ones. */
export function layoutDashboard(input: LayoutInput): DashboardLayout {
	const {columns, rows, focus, zoomed} = input;
	if (columns < smallest.columns || rows < smallest.rows) return {kind: 'too-small', needed: smallest};
	const headerRows = rows < 18 ? 1 : 2;
	const header = {x: 0, y: 0, width: columns, height: headerRows};
	const footer = {x: 0, y: rows - 1, width: columns, height: 1};
	const body = {x: 0, y: headerRows, width: columns, height: rows - headerRows - 1};
	const isRoomy = columns >= 76 && body.height >= 18;
	if (zoomed || !isRoomy) {
		const tabs = {...body, height: 1};
		const whole = {...body, y: body.y + 1, height: body.height - 1};
		return {kind: 'panes', header, tabs, panes: [{id: focus, ...whole}], footer};
	}
	const leftWidth = leftWidthOf(columns);
	const left = {...body, width: leftWidth};
	const right = {...body, x: leftWidth, width: columns - leftWidth};
	return {kind: 'panes', header, panes: [...placeLeft(left, input), ...placeRight(right, input)], footer};
}

/** Columns of the left side where there are two. */
export const leftWidthOf = (columns: number): number => Math.min(48, Math.max(30, Math.round(columns * 0.34)));

const leftOrder: readonly PaneId[] = ['download', 'checks', 'machine'];

function placeLeft(area: Rect, {panes, focus, steps, machineRows}: LayoutInput) {
	const stepsHeight = Math.min(Math.max(steps, 1) + 2, area.height);
	const least: Partial<Record<PaneId, number>> = {download: 6, checks: 4, machine: machineRows + 2};
	const wanted = byUrgency(panes, focus).filter(pane => leftOrder.includes(pane));
	const chosen: PaneId[] = [];
	let room = area.height - stepsHeight;
	for (const pane of wanted) {
		const rows = least[pane] ?? 4;
		if (rows > room && !(chosen.length === 0 && room >= 4)) continue;
		chosen.push(pane);
		room -= Math.min(rows, room);
	}
	// The list of checks uses what is left over; without it the log of steps does.
	const grows = chosen.includes('checks') ? 'checks' : chosen.at(-1);
	let free = area.height - stepsHeight - chosen.reduce((sum, pane) => sum + (least[pane] ?? 4), 0);
	const placed: (Rect & {id: PaneId})[] = [];
	let y = area.y;
	const place = (id: PaneId, height: number) => {
		placed.push({id, x: area.x, y, width: area.width, height});
		y += height;
	};
	if (chosen.length === 0) {
		place('steps', area.height);
		return placed;
	}
	place('steps', stepsHeight);
	for (const pane of leftOrder.filter(id => chosen.includes(id))) {
		const height = (least[pane] ?? 4) + (pane === grows ? free : 0);
		if (pane === grows) free = 0;
		place(pane, height);
	}
	return placed;
}

function placeRight(area: Rect, {panes, focus, outcomeRows}: LayoutInput) {
	const others = byUrgency(panes, focus).filter(pane => pane === 'tree' || pane === 'screen');
	const placed: (Rect & {id: PaneId})[] = [];
	let {y, height} = area;
	const place = (id: PaneId, rows: number) => {
		placed.push({id, x: area.x, y, width: area.width, height: rows});
		y += rows;
		height -= rows;
	};
	if (panes.includes('outcome')) place('outcome', Math.min(Math.max(1, outcomeRows) + 2, height - 5));
	const [other] = others;
	const split = other !== undefined && (height >= 14 || (other === focus && height >= 10));
	const otherRows = !split ? 0 : Math.min(other === 'screen' ? 26 : height, Math.floor(height / 2));
	place('log', height - otherRows);
	if (split) place(other, otherRows);
	// A pane with the keys that found no place takes the log's.
	const isLeftOut = !split && others.some(pane => pane === focus);
	return isLeftOut ? placed.map(pane => (pane.id === 'log' ? {...pane, id: focus} : pane)) : placed;
}

const byUrgency = (panes: readonly PaneId[], focus: PaneId) =>
	panes.toSorted((a, b) => Number(b === focus) - Number(a === focus));
