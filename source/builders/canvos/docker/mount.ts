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
