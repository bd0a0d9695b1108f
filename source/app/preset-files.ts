import {basename, dirname, join, resolve} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Files} from '../host/files.ts';
import {formatPreset, type PresetContent} from '../settings/preset-format.ts';
import {type ParsedPreset, parsePreset, presetNameProblem} from '../settings/preset-text.ts';
import {didYouMean} from '../text/similarity.ts';
import {type OwnOrigin, originOf, type Place, type PresetOrigin, presetFolder, shippedFolder} from './preset-places.ts';

/** A preset and where it lies. `builtIn`: comes with the product and can't be deleted. */
export type FoundPreset = {
	name: string;
	path: string;
	origin: PresetOrigin;
	builtIn: boolean;
	parsed: ParsedPreset;
	text: string;
};

/** Presets of the workspace, then the person's, then those of the product; of one name only the first. */
export async function listPresets(place: Place): Promise<FoundPreset[]> {
	const folders = [...new Set([place.workspace.presets, presetFolder(place, 'person'), shippedFolder])];
	const found = new Map<string, FoundPreset>();
	for (const folder of folders) {
		for (const file of (await place.host.files.list(folder)).filter(name => /\.ya?ml$/.test(name))) {
			const preset = await readPreset(place, join(folder, file));
			if (preset && !found.has(preset.name)) found.set(preset.name, preset);
		}
	}
	return [...found.values()].sort((a, b) => Number(a.builtIn) - Number(b.builtIn) || a.name.localeCompare(b.name));
}

/**
 * The preset of that name, or in that file.
 * @throws {FixableError} `unknown-preset` naming those that exist.
 */
export async function findPreset(place: Place, nameOrPath: string): Promise<FoundPreset> {
	if (nameOrPath.includes('/') || /\.ya?ml$/.test(nameOrPath)) {
		const path = resolve(nameOrPath);
		const preset = await readPreset(place, path);
		if (preset) return preset;
		throw new FixableError('unknown-preset', `There is no preset file ${path}`, {exit: 'usage'});
	}
	const presets = await listPresets(place);
	const preset = presets.find(({name}) => name === nameOrPath);
	if (preset) return preset;
	const names = presets.map(({name}) => name);
	const meant = didYouMean(nameOrPath, names);
	throw new FixableError('unknown-preset', `There is no preset ${JSON.stringify(nameOrPath)}`, {
		hint: `${meant ? `Did you mean ${meant}? ` : ''}There are: ${names.join(', ')}.`,
		exit: 'usage',
	});
}

/**
 * `replace`: over one of the same name. `forMe`: among the person's presets, not the workspace's; when it isn't said, where one
 * of that name lies, or else the workspace's.
 */
export type SaveOptions = {replace: boolean; forMe?: boolean};

/**
 * Saves a preset and returns its path; comments of the file so far are kept.
 * @throws {FixableError} for a name that can't be one, an existing one without `replace`, or a file that is no preset.
 */
export const savePreset = (place: Place, content: PresetContent, options: SaveOptions): Promise<string> =>
	writePreset(place, content.name, options, (before, path) => textOf(content, before, path));

/**
 * Writes a preset file by what `makeText` makes of the one that is there, and returns its path.
 * @throws {FixableError} for a name that can't be one, or an existing one without `replace`.
 */
export async function writePreset(
	place: Place,
	name: string,
	{replace, forMe}: SaveOptions,
	makeText: (before: string | undefined, path: string) => string,
): Promise<string> {
	const {files} = place.host;
	const problem = presetNameProblem(name);
	if (problem) throw new FixableError('preset-name', problem, {exit: 'usage'});
	const origin = forMe === undefined ? await originOfName(place, name) : forMe ? 'person' : 'workspace';
	const path = await fileFor(name, presetFolder(place, origin), files);
	const before = await files.readText(path, {limit: largestPreset});
	if (before !== undefined && originOf(place, path, name) === 'shipped') {
		throw new FixableError('preset-built-in', `${name} comes with edge-builder and is not overwritten`, {
			hint: 'Save it under another name.',
			exit: 'usage',
		});
	}
	if (before !== undefined && !replace) {
		throw new FixableError('preset-exists', `There is a preset ${name} already`, {
			hint: 'Say --yes to replace it, or use another name.',
			exit: 'usage',
		});
	}
	// A link stays, and what it leads to is replaced.
	const file = (await files.realFile(path)) ?? path;
	await files.write(file, makeText(before, path));
	await removeLeftovers(place, dirname(file));
	return path;
}

async function originOfName(place: Place, name: string): Promise<OwnOrigin> {
	for (const origin of ['workspace', 'person'] as const) {
		const names = await place.host.files.list(presetFolder(place, origin));
		if (names.some(file => file === `${name}.yaml` || file === `${name}.yml`)) return origin;
	}
	return 'workspace';
}

// A second file of the name would hide what somebody wrote into the first.
async function fileFor(name: string, folder: string, files: Files) {
	const [long, short] = [join(folder, `${name}.yaml`), join(folder, `${name}.yml`)];
	return !(await files.exists(long)) && (await files.exists(short)) ? short : long;
}

// What a save that was killed had begun to write, under the name that it has until then.
async function removeLeftovers({host: {files, now}}: Place, folder: string) {
	for (const name of (await files.list(folder)).filter(file => /^\.[0-9a-f]{12}\.tmp$/.test(file))) {
		const path = join(folder, name);
		const info = await files.info(path);
		if (info && now() - info.modifiedAt > longestSaveMs) await files.remove(path, folder).catch(() => undefined);
	}
}

const longestSaveMs = 60_000;

// What can't be read can't be updated either; it may be something else that a person keeps there.
function textOf(content: PresetContent, before: string | undefined, path: string) {
	try {
		return formatPreset(content, before);
	} catch (error) {
		throw new FixableError('preset-unreadable', `${path} is not replaced: ${(error as Error).message}`, {
			hint: 'Correct or delete that file, or use another name.',
			exit: 'usage',
			cause: error,
		});
	}
}

// A preset names some dozen settings; the parser takes minutes for a hundred thousand.
const largestPreset = 256 * 1024;

async function readPreset(place: Place, path: string): Promise<FoundPreset | undefined> {
	const {host} = place;
	const name = basename(path).replace(/\.ya?ml$/, '');
	const origin = originOf(place, path, name);
	const common = {name, path, origin, builtIn: origin === 'shipped'};
	try {
		const text = await host.files.readText(path, {limit: largestPreset});
		if (text !== undefined) return {...common, parsed: parsePreset(text, path), text};
		const isLink = (await host.files.info(path))?.kind === 'link';
		return isLink ? {...common, ...unreadable(path, 'it is a link that leads nowhere')} : undefined;
	} catch (error) {
		// One file that may not be read, or is a folder, must not hide the others.
		const {code, message} = error as NodeJS.ErrnoException;
		return {...common, ...unreadable(path, error instanceof FixableError ? message : (code ?? message))};
	}
}

const unreadable = (path: string, why: string) => ({
	parsed: {complaints: [{place: path, message: `it cannot be read (${why})`}]},
	text: '',
});
