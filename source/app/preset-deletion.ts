import {basename, join} from 'node:path';
import {FixableError} from '../errors.ts';
import {ownCommand} from '../own-command.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import {findPreset} from './preset-files.ts';
import {type OwnOrigin, type Place, presetFolder} from './preset-places.ts';

/** Where deleted presets wait for the next of their name, or for `clean`. */
export const deletedPresets = ({state}: Workspace) => join(state, 'deleted-presets');

/**
 * Deletes a preset so that it can be had back, and returns where it was.
 * @throws {FixableError} for one that comes with the product, and for a file that is not among the presets.
 */
export async function deletePreset(place: Place, name: string): Promise<string> {
	const {path, origin, name: own} = await findPreset(place, name);
	if (origin === 'shipped') {
		throw new FixableError('preset-built-in', `${own} comes with edge-builder and stays`, {exit: 'usage'});
	}
	if (origin === 'elsewhere') {
		throw new FixableError('preset-elsewhere', `${path} is not among the presets and is left alone`, {exit: 'usage'});
	}
	const kept = join(deletedPresets(place.workspace), origin, basename(path));
	const earlier = await deletedOf(place, own);
	await place.host.files.move(path, kept);
	for (const one of earlier.filter(({file}) => file !== kept))
		await place.host.files.remove(one.file, deletedPresets(place.workspace));
	return path;
}

/**
 * Puts the preset back that was deleted last under that name, and returns where it lies.
 * @throws {FixableError} where there is none, or where its place is taken.
 */
export async function restorePreset(place: Place, name: string): Promise<string> {
	const {files} = place.host;
	const [deleted] = await deletedOf(place, name);
	if (!deleted) {
		throw new FixableError('nothing-deleted', `No deleted preset ${JSON.stringify(name)} is kept`, {
			hint: `A deleted preset is kept until another of its name is deleted, or until ${ownCommand('clean deleted-presets')}.`,
			exit: 'usage',
		});
	}
	const folder = presetFolder(place, deleted.origin);
	for (const ending of endings) {
		if (!(await files.info(join(folder, name + ending)))) continue;
		throw new FixableError('preset-exists', `There is a preset ${name} again: ${join(folder, name + ending)}`, {
			hint: 'Rename that one first.',
			exit: 'usage',
		});
	}
	const path = join(folder, basename(deleted.file));
	await files.move(deleted.file, path);
	return path;
}

const endings = ['.yaml', '.yml'];

async function deletedOf({host, workspace}: Place, name: string) {
	const found: {origin: OwnOrigin; file: string}[] = [];
	for (const origin of ['workspace', 'person'] as const) {
		const folder = join(deletedPresets(workspace), origin);
		const names = await host.files.list(folder);
		found.push(
			...names
				.filter(file => endings.some(end => file === name + end))
				.map(file => ({origin, file: join(folder, file)})),
		);
	}
	return found;
}
