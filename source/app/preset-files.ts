import {basename, dirname, join, resolve} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {packageRoot} from '../host/package-root.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import {
	formatPreset,
	type ParsedPreset,
	type PresetContent,
	parsePreset,
	presetNameProblem,
} from '../settings/preset-text.ts';
import {didYouMean} from '../text/similarity.ts';

type Place = {host: Host; workspace: Workspace};

/** A preset and where it lies. `builtIn`: comes with the product and can't be deleted. */
export type FoundPreset = {name: string; path: string; builtIn: boolean; parsed: ParsedPreset; text: string};

/** Presets of the workspace, then those that come with the product and aren't hidden by one of the same name. */
export async function listPresets({host, workspace}: Place): Promise<FoundPreset[]> {
	const builtIn = join(packageRoot, 'presets');
	const folders = workspace.presets === builtIn ? [builtIn] : [workspace.presets, builtIn];
	const found = new Map<string, FoundPreset>();
	for (const folder of folders) {
		for (const file of (await host.files.list(folder)).filter(name => /\.ya?ml$/.test(name))) {
			const preset = await readPreset(host, join(folder, file));
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
		const preset = await readPreset(place.host, path);
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
 * Saves a preset in the workspace and returns its path; comments of the file so far are kept.
 * @throws {FixableError} for a name that can't be one, an existing one without `replace`, or a file that is no preset.
 */
export async function savePreset(
	{host, workspace}: Place,
	content: PresetContent,
	{replace}: {replace: boolean},
): Promise<string> {
	const problem = presetNameProblem(content.name);
	if (problem) throw new FixableError('preset-name', problem, {exit: 'usage'});
	const path = await fileFor(content.name, {host, workspace});
	const before = await host.files.readText(path, {limit: largestPreset});
	if (
		before !== undefined &&
		builtInNames.includes(content.name) &&
		workspace.presets === join(packageRoot, 'presets')
	) {
		throw new FixableError('preset-built-in', `${content.name} comes with edge-builder and is not overwritten`, {
			hint: 'Save it under another name.',
			exit: 'usage',
		});
	}
	if (before !== undefined && !replace) {
		throw new FixableError('preset-exists', `There is a preset ${content.name} already`, {
			hint: 'Say --yes to replace it, or use another name.',
			exit: 'usage',
		});
	}
	await host.files.write(path, textOf(content, before, path));
	return path;
}

/**
 * Deletes a preset of the workspace.
 * @throws {FixableError} for one that comes with the product.
 */
export async function deletePreset(place: Place, name: string) {
	const preset = await findPreset(place, name);
	if (preset.builtIn) {
		throw new FixableError('preset-built-in', `${name} comes with edge-builder and stays`, {exit: 'usage'});
	}
	await place.host.files.remove(preset.path, place.workspace.presets);
	return preset.path;
}

// A second file of the name would hide what somebody wrote into the first.
async function fileFor(name: string, {host, workspace}: Place) {
	const [long, short] = [join(workspace.presets, `${name}.yaml`), join(workspace.presets, `${name}.yml`)];
	return !(await host.files.exists(long)) && (await host.files.exists(short)) ? short : long;
}

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

const builtInNames = ['rehearsal', 'rehearsal-standard', 'edge-appliance', 'standard'];

// A preset names some dozen settings; the parser takes minutes for a hundred thousand.
const largestPreset = 256 * 1024;

async function readPreset(host: Host, path: string): Promise<FoundPreset | undefined> {
	const name = basename(path).replace(/\.ya?ml$/, '');
	const builtIn = dirname(path) === join(packageRoot, 'presets') && builtInNames.includes(name);
	const common = {name, path, builtIn};
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
	parsed: {complaints: [{place: path, message: `it can't be read (${why})`}]},
	text: '',
});
