import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {Rect} from '../../../source/tui/boxes.ts';
import {
	arrangements,
	type DashboardLayout,
	type LayoutInput,
	layoutDashboard,
} from '../../../source/tui/dashboard/pane-layout.ts';
import {paneIds} from '../../../source/tui/dashboard/panes.ts';

const inputs: fc.Arbitrary<LayoutInput> = fc
	.record({
		columns: fc.integer({min: 40, max: 200}),
		rows: fc.integer({min: 12, max: 60}),
		others: fc.shuffledSubarray(['tree', 'download', 'checks', 'screen', 'machine', 'outcome'] as const),
		focused: fc.nat(),
		zoomed: fc.boolean(),
		arrangement: fc.constantFrom(...arrangements),
		planned: fc.nat(11),
		steps: fc.nat(25),
		outcomeRows: fc.nat(30),
		machineRows: fc.integer({min: 2, max: 6}),
	})
	.map(({others, focused, ...rest}) => {
		const panes = ['steps', 'log', ...others] as const;
		return {...rest, panes, focus: panes[focused % panes.length] ?? 'log'};
	});

const rectsOf = (layout: DashboardLayout): Rect[] =>
	layout.kind === 'too-small'
		? []
		: [layout.header, layout.footer, ...(layout.tabs ? [layout.tabs] : []), ...layout.panes];

const overlap = (a: Rect, b: Rect) =>
	a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test('at any size every box is inside the screen, none covers another, and together they fill it', () => {
	fc.assert(
		fc.property(inputs, input => {
			const rects = rectsOf(layoutDashboard(input));
			for (const {x, y, width, height} of rects) {
				expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
				expect(x + width).toBeLessThanOrEqual(input.columns);
				expect(y + height).toBeLessThanOrEqual(input.rows);
			}
			for (const [index, a] of rects.entries())
				for (const b of rects.slice(index + 1)) expect(overlap(a, b)).toBe(false);
			expect(rects.reduce((sum, {width, height}) => sum + width * height, 0)).toBe(input.columns * input.rows);
		}),
		{numRuns: 500},
	);
});

test('the pane that has the keys is always on the screen, with room for at least a row', () => {
	fc.assert(
		fc.property(inputs, input => {
			const layout = layoutDashboard(input);
			const pane = layout.kind === 'panes' ? layout.panes.find(({id}) => id === input.focus) : undefined;
			expect(pane?.height).toBeGreaterThanOrEqual(3);
		}),
		{numRuns: 500},
	);
});

test('below its smallest size it says so instead of drawing', () => {
	const layout = layoutDashboard({
		columns: 39,
		rows: 30,
		panes: paneIds,
		focus: 'log',
		zoomed: false,
		arrangement: 'even',
		planned: 11,
		steps: 11,
		outcomeRows: 2,
		machineRows: 3,
	});
	expect(layout).toEqual({kind: 'too-small', needed: {columns: 40, rows: 10}});
});

const placed = (size: {columns: number; rows: number}, arrangement: LayoutInput['arrangement']) => {
	const layout = layoutDashboard({
		...size,
		panes: paneIds.filter(pane => pane !== 'outcome' && pane !== 'screen'),
		focus: 'log',
		zoomed: false,
		arrangement,
		planned: 11,
		steps: 11,
		outcomeRows: 0,
		machineRows: 3,
	});
	const rectOf = (id: string) => layout.kind === 'panes' && layout.panes.find(pane => pane.id === id);
	return {log: rectOf('log') || undefined, tree: rectOf('tree') || undefined};
};

test('log and tree share the room evenly, or as the person chose', () => {
	for (const rows of [24, 40]) {
		const [even, log, tree] = arrangements.map(one => placed({columns: 120, rows}, one).log?.height ?? 0);
		expect(log).toBeGreaterThan(even ?? 0);
		expect(tree).toBeLessThan(even ?? 0);
	}
});

test('the tree stands above the log, which goes into its details', () => {
	for (const arrangement of arrangements) {
		const {log, tree} = placed({columns: 120, rows: 40}, arrangement);
		expect(log?.x).toBe(tree?.x);
		expect(log?.y).toBe((tree?.y ?? 0) + (tree?.height ?? 0));
	}
});

test('on a very wide terminal log and tree stand side by side', () => {
	const {log, tree} = placed({columns: 200, rows: 60}, 'even');
	expect(log?.y).toBe(tree?.y);
	expect(log?.height).toBe(tree?.height);
	expect(log?.width).toBeGreaterThan(70);
});
