import type {StepId} from '../../pipeline/events.ts';
import type {StepState} from '../../pipeline/run-state.ts';
import type {RunSnapshot} from '../../pipeline/run-store.ts';

/** The panes of the dashboard in the order in which a build fills them, so that one that appears takes no other's number. */
export const paneIds = ['steps', 'log', 'checks', 'machine', 'download', 'tree', 'screen', 'outcome'] as const;
export type PaneId = (typeof paneIds)[number];

/** The panes in the order of their number keys, which have no gaps. */
export const inOrder = (panes: readonly PaneId[]): PaneId[] => paneIds.filter(pane => panes.includes(pane));

/** Key that goes to the pane, and its name. */
export const numbered = (pane: PaneId, panes: readonly PaneId[]): string =>
	`${numberOf(pane, panes)} ${paneTitles[pane]}`;

export const numberOf = (pane: PaneId, panes: readonly PaneId[]): number => inOrder(panes).indexOf(pane) + 1;

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
	const downloading = state.steps.some(movesBytes);
	const worth: Record<PaneId, number | undefined> = {
		steps: 100,
		log: 90,
		outcome: ended ? 95 : undefined,
		tree: state.nodes.size === 0 ? undefined : isRunning('smoke-test') ? 40 : 60,
		screen: serial === '' ? undefined : isRunning('smoke-test') ? 70 : 30,
		download: downloading ? (isRunning('fetch-firmware') ? 55 : 20) : undefined,
		checks: state.steps.some(({checks}) => checks.length > 0) ? 50 : undefined,
		machine: state.machine === undefined ? undefined : 45,
	};
	return paneIds.filter(pane => worth[pane] !== undefined).sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0));
}

/** Whether a step moves bytes now, or is the download, which stays worth a look afterwards. */
export const movesBytes = ({id, progress, phase}: StepState): boolean =>
	progress?.unit === 'bytes' && (phase.kind === 'running' || id === 'fetch-firmware');
