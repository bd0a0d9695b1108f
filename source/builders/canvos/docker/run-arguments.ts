/** Label with the run's id on every container of ours; leftovers are found by it and nothing else. */
export const runLabel = 'edge-builder.run';
/** Label with the runner's id. */
export const runnerLabel = 'edge-builder.runner';

/** Name for a container of this run: what Docker allows, and unmistakable. */
export const containerName = (runId: string, what: string) =>
	`edge-builder-${runId}-${what}`.replace(/[^a-zA-Z0-9_.-]+/g, '-');

/** Arguments that begin every `docker run` of ours: the container goes when it ends, and can be found until then. */
export const runAs = (container: string, {runId, runner}: {runId: string; runner?: string}): string[] => [
	'run',
	'--rm',
	'--name',
	container,
	'--label',
	`${runLabel}=${runId}`,
	...(runner === undefined ? [] : ['--label', `${runnerLabel}=${runner}`]),
];

/**
 * Arguments of a bind mount. `--mount` takes any path (its value is CSV, so commas and quotes are quoted) and refuses a
 * source that doesn't exist, where `-v` would make a folder that belongs to root.
 */
export const bindMount = (source: string, target: string, {readOnly = false}: {readOnly?: boolean} = {}): string[] => [
	'--mount',
	['type=bind', `source=${source}`, `target=${target}`, ...(readOnly ? ['readonly'] : [])].map(csvField).join(','),
];

/** Arguments that mount a named volume. */
export const volumeMount = (name: string, target: string): string[] => [
	'--mount',
	['type=volume', `source=${name}`, `target=${target}`].map(csvField).join(','),
];

const csvField = (field: string) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
