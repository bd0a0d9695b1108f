import type {StepId} from '../../pipeline/events.ts';
import type {StepState} from '../../pipeline/run-state.ts';
import type {RunSnapshot} from '../../pipeline/run-store.ts';

/** The panes of the dashboard, roughly in the order in which a build fills them. */
export const paneIds = ['steps', 'log', 'checks', 'machine', 'download', 'tree', 'screen', 'outcome'] as const;
export type PaneId = (typeof paneIds)[number];

/**
 * All panes that were ever there, in the order in which they appeared: one that appears takes the number of no other, whichever
 * of them a build fills first.
 */
export const withNewPanes = (known: readonly PaneId[], panes: readonly PaneId[]): readonly PaneId[] =>
	panes.every(pane => known.includes(pane))
		? known
		: [...known, ...paneIds.filter(pane => panes.includes(pane) && !known.includes(pane))];

/** The panes in the order of their number keys, which have no gaps: those known first in theirs. */
export const inOrder = (panes: readonly PaneId[], known: readonly PaneId[] = []): PaneId[] =>
	withNewPanes(known, panes).filter(pane => panes.includes(pane));

/** Key that goes to the pane, and its name. */
export const numbered = (pane: PaneId, ordered: readonly PaneId[]): string =>
	`${numberOf(pane, ordered)} ${paneTitles[pane]}`;

export const numberOf = (pane: PaneId, ordered: readonly PaneId[]): number => ordered.indexOf(pane) + 1;

export const paneTitles: Record<PaneId, string> = {
	steps: 'Steps',
	log: 'Log',
	tree: 'Build tree',
	download: 'Download',
	checks: 'Checks',
	screen: 'VM screen',
	machine: 'This machine',
	outcome: 'Outcome',
};

/** The panes that have something to show, the most telling first. */
export function panesWorthShowing({state, serial}: RunSnapshot, wasKilled = false): PaneId[] {
	const ended = state.phase.kind === 'finished' || wasKilled;
	const isRunning = (step: StepId) => state.steps.some(({id, phase}) => id === step && phase.kind === 'running');
	const worth: Record<PaneId, number | undefined> = {
		steps: 100,
		log: 90,
		outcome: ended ? 95 : undefined,
		tree: state.nodes.size === 0 ? undefined : isRunning('smoke-test') ? 40 : 60,
		screen: serial === '' ? undefined : isRunning('smoke-test') ? 70 : 30,
		download: state.steps.some(hasMovedBytes) ? (isRunning('fetch-firmware') ? 55 : 20) : undefined,
		checks: state.steps.some(({checks}) => checks.length > 0) ? 50 : undefined,
		machine: state.machine === undefined ? undefined : 45,
	};
	return paneIds.filter(pane => worth[pane] !== undefined).sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0));
}

/** Whether bytes are what a step tells, or told last: its pane stays, since the numbers of others depend on it. */
export const hasMovedBytes = ({progress}: StepState): boolean => progress?.unit === 'bytes';
