import {join, resolve} from 'node:path';
import type {Field, SettingPath} from './field-types.ts';
import {fieldList} from './fields.ts';
import type {SettingKey, Settings} from './settings.ts';

/** Where relative paths begin, and what `~` stands for. Absolute paths. */
export type PathBase = {workspace: string; home: string};

/** A file or folder that the settings name. */
export type NamedPath = {key: SettingKey; kind: SettingPath['kind']; path: string};

/** Everything on this machine that these settings name, with absolute paths. */
export const namedPaths = (settings: Settings, base: PathBase): NamedPath[] =>
	fieldList.flatMap(field => {
		const written = pathIn(field, settings);
		return written === undefined || field.path === undefined
			? []
			: [{key: field.key, kind: field.path.kind, path: absolutePath(written, base)}];
	});

/** The same settings with absolute paths, save those that a build looks for in a folder of its own. */
export const withAbsolutePaths = (settings: Settings, base: PathBase): Settings => ({
	...settings,
	...Object.fromEntries(
		fieldList.flatMap(field => {
			const written = field.path?.copied ? undefined : pathIn(field, settings);
			return written === undefined ? [] : [[field.key, absolutePath(written, base)]];
		}),
	),
});

function pathIn({key, path}: Field, settings: Settings): string | undefined {
	const value = settings[key];
	if (path === undefined || typeof value !== 'string' || value === '') return undefined;
	return path.isPath?.(value) === false ? undefined : value;
}

/** Where `written` is on this machine. */
export const absolutePath = (written: string, {workspace, home}: PathBase) =>
	/^~(\/|$)/.test(written) ? join(home, written.slice(1)) : resolve(workspace, written);
