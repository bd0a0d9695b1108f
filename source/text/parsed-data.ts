/** The value that these names lead to; undefined where the way ends. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
	path.reduce<unknown>((current, name) => (isMapping(current) ? current[name] : undefined), value);

/** Items of a list; none for anything else. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Names and values of a mapping; none for anything else. */
export const entries = (value: unknown): [string, unknown][] => (isMapping(value) ? Object.entries(value) : []);

const isMapping = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
