import {FixableError} from '../errors.ts';
import {renamedPreset} from '../settings/preset-format.ts';
import {type FoundPreset, findPreset, listPresets, writePreset} from './preset-files.ts';
import {type Place, presetFolder} from './preset-places.ts';

/**
 * Makes another preset of the same content, comments too, and returns its path.
 * @param forMe Among the person's presets instead of the workspace's.
 * @throws {FixableError} for a name that is taken or can't be one.
 */
export async function duplicatePreset(
	place: Place,
	name: string,
	copy: string,
	{forMe = false}: {forMe?: boolean} = {},
): Promise<string> {
	const preset = await findPreset(place, name);
	await refuseTaken(place, copy);
	return writePreset(place, copy, {replace: false, forMe}, () => textFor(preset, copy));
}

/**
 * Gives a preset another name, in its place, and returns its path. Killed in the middle, both names are there.
 * @throws {FixableError} for one that comes with the product, and for a name that is taken or can't be one.
 */
export async function renamePreset(place: Place, name: string, to: string): Promise<string> {
	const preset = await findPreset(place, name);
	const {origin} = preset;
	if (origin === 'shipped' || origin === 'elsewhere') {
		const why =
			origin === 'shipped' ? `${preset.name} comes with edge-builder` : `${preset.path} is not among the presets`;
		throw new FixableError('preset-fixed', `${why} and keeps its name`, {
			hint: 'Duplicate it under the other name.',
			exit: 'usage',
		});
	}
	await refuseTaken(place, to);
	const options = {replace: false, forMe: origin === 'person'};
	const path = await writePreset(place, to, options, () => textFor(preset, to));
	await place.host.files.remove(preset.path, presetFolder(place, origin));
	return path;
}

// Of two presets of one name only one would be seen.
async function refuseTaken(place: Place, name: string) {
	const same = (await listPresets(place)).find(preset => preset.name === name);
	if (same) throw new FixableError('preset-exists', `There is a preset ${name} already: ${same.path}`, {exit: 'usage'});
}

function textFor({text, path}: FoundPreset, name: string) {
	try {
		return renamedPreset(text, name);
	} catch (error) {
		throw new FixableError('preset-unreadable', `${path} is not copied: ${(error as Error).message}`, {
			hint: 'Correct that file first.',
			exit: 'usage',
			cause: error,
		});
	}
}
