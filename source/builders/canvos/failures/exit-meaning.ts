import type {SaidOutcome} from '../earthly/tree-events.ts';

/** What an ended runner means for the run. */
export type ExitMeaning = 'built' | 'cancelled' | 'failed';

/**
 * Earthly's exit code alone doesn't tell: 2 is a cancel only when we asked for it (it is also what a missing Docker socket
 * gives), 130, 137 and 143 are ours only then too, and a success of Earthly counts only with exit code 0.
 */
export const meaningOfExit = ({
	exitCode,
	asked,
}: {
	exitCode: number | undefined;
	/** Whether we sent the signal. */
	asked: boolean;
}): ExitMeaning => (asked ? 'cancelled' : exitCode === 0 ? 'built' : 'failed');

/** How nodes that are still open are closed. */
export const closingOutcome = (meaning: ExitMeaning): NonNullable<SaidOutcome> =>
	meaning === 'built' ? 'success' : meaning === 'cancelled' ? 'cancelled' : 'failure';
