/** Label with the run's id on every container of ours; leftovers are found by it and nothing else. */
export const runLabel = 'edge-builder.run';
/** Label with the runner's id. */
export const runnerLabel = 'edge-builder.runner';

/** Name for a container of this run: what Docker allows, and unmistakable. */
export const containerName = (runId: string, what: string) =>
	`edge-builder-${runId}-${what}`.replace(/[^a-zA-Z0-9_.-]+/g, '-');
