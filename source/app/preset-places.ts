import {basename, dirname, isAbsolute, join} from 'node:path';
import type {Host} from '../host/host.ts';
import {packageRoot} from '../host/package-root.ts';
import type {Workspace} from '../pipeline/workspace.ts';

export type Place = {host: Host; workspace: Workspace};

/** Whose a preset is: this workspace's, this person's, the product's, or a file somewhere else. */
export type PresetOrigin = 'workspace' | 'person' | 'shipped' | 'elsewhere';

/** Where presets are kept that can be changed. */
export type OwnOrigin = Exclude<PresetOrigin, 'shipped' | 'elsewhere'>;

/** Presets that come with the product. */
export const shippedNames = [
	'rehearsal',
	'rehearsal-standard',
	'edge-appliance',
	'edge-appliance-22.04',
	'standard',
	'air-gapped',
];

/** The folder of the presets that come with the product; in a clone of it that folder is the workspace's, too. */
export const shippedFolder = join(packageRoot, 'presets');

/** The folder of presets that can be changed: the workspace's, or the person's, which all workspaces share. */
export function presetFolder({host, workspace}: Place, origin: OwnOrigin): string {
	if (origin === 'workspace') return workspace.presets;
	const {XDG_CONFIG_HOME: named = '', HOME: home = ''} = host.env;
	// The specification has relative paths ignored.
	const config = isAbsolute(named) ? named : join(isAbsolute(home) ? home : host.machine.user.home, '.config');
	return join(config, 'edge-builder', 'presets');
}

/** Whether presets are kept here that didn't come with the product; reads none of them. */
export async function hasOwnPresets(place: Place): Promise<boolean> {
	const folders = (['workspace', 'person'] as const).map(origin => presetFolder(place, origin));
	const found = await Promise.all(
		folders.map(async folder => (await place.host.files.list(folder)).map(file => join(folder, file))),
	);
	return found
		.flat()
		.some(path => /\.ya?ml$/.test(path) && originOf(place, path, basename(path).replace(/\.ya?ml$/, '')) !== 'shipped');
}

/** Whose the preset in that file is. */
export function originOf(place: Place, path: string, name: string): PresetOrigin {
	const folder = dirname(path);
	if (folder === shippedFolder && shippedNames.includes(name)) return 'shipped';
	return (['workspace', 'person'] as const).find(origin => folder === presetFolder(place, origin)) ?? 'elsewhere';
}
