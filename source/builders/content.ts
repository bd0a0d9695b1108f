import {dirname, join} from 'node:path';
import {FixableError} from '../errors.ts';
import {stageFile} from '../firmware/staging.ts';
import type {Json} from '../pipeline/events.ts';
import type {FetchedFirmware, StepContext} from '../pipeline/step.ts';
import {contentSettings, contentSteps, settingsText} from './content-settings.ts';
import {imageManifest, type ManifestFile} from './manifest.ts';
import {overlayFilesFor} from './overlay-files.ts';

/**
 * Puts everything that the fragment mounts into the build context at `c.run.tree`: `overlay/files/`, and below
 * `edge-builder/` the install steps, their settings and the firmware (linked, not copied, where the filesystem can).
 * @throws {FixableError} naming an overlay file that is missing.
 */
export const stageContent = async (
	c: StepContext,
	{overlayFolder, firmware}: {overlayFolder: string; firmware: readonly FetchedFirmware[]},
): Promise<void> => {
	const {host, settings, names} = c;
	const overlay = await readOverlay(c, overlayFolder);
	const values = contentSettings(settings, names, firmware);
	const staging = join(c.run.tree, 'edge-builder');

	for (const {name, content} of overlay.steps) {
		await host.files.write(join(staging, 'steps', name), content, {mode: 0o755});
	}
	for (const {path, mode, content} of overlay.files) {
		await host.files.write(join(c.run.tree, 'overlay', 'files', path), content, {mode});
		// The process's umask takes bits away when a file is made.
		await host.files.setMode(join(c.run.tree, 'overlay', 'files', path), mode);
	}
	for (const step of contentSteps) {
		await host.files.write(join(staging, 'settings', step, 'settings.env'), settingsText(values[step]));
	}
	const list = overlay.files.map(({path, mode}) => `${octal(mode)} ${path}\n`).join('');
	await host.files.write(join(staging, 'settings', 'files', 'files.list'), list);
	if (settings.edgeAppliance) {
		const manifest = imageManifest({
			settings,
			names,
			firmware,
			files: await manifestFiles(c, overlay),
			version: await productVersion(c, overlayFolder),
		});
		await host.files.write(
			join(staging, 'settings', 'files', 'image.json'),
			`${JSON.stringify(manifest, undefined, '\t')}\n`,
		);
	}
	await stageFirmware(c, join(staging, 'firmware'), settings.edgeAppliance ? firmware : []);
};

/**
 * What the content depends on: every overlay file, and what the install steps are told. Firmware counts by its hash.
 * @throws {FixableError} naming an overlay file that is missing.
 */
export const contentInputs = async (c: StepContext, overlayFolder: string): Promise<Json> => {
	const overlay = await readOverlay(c, overlayFolder);
	const firmware = c.settings.edgeAppliance ? (c.results.firmware ?? []) : [];
	const hashes: Record<string, string> = {};
	for (const {source} of [...overlay.steps, ...overlay.files, ...overlay.fragments]) {
		hashes[source.slice(overlayFolder.length + 1)] = await c.host.files.sha256(source, {signal: c.signal});
	}
	return {
		files: hashes,
		modes: overlay.files.map(({path, mode}) => `${octal(mode)} ${path}`),
		settings: contentSettings(c.settings, c.names, firmware),
		version: await productVersion(c, overlayFolder),
	};
};

/** The text that goes into the Dockerfile before its anchor line. */
export const readFragment = (c: Pick<StepContext, 'host'>, overlayFolder: string): Promise<string> =>
	readNeeded(c, join(overlayFolder, 'Dockerfile.fragment'));

type Overlay = {
	steps: {name: string; source: string; content: string}[];
	files: {path: string; mode: number; source: string; content: string}[];
	fragments: {source: string}[];
};

// All is read before anything is written, so a missing file leaves no half-filled tree.
const readOverlay = async (c: StepContext, overlayFolder: string): Promise<Overlay> => {
	const [, steps, files] = await Promise.all([
		readFragment(c, overlayFolder),
		Promise.all(
			stepScripts.map(async name => {
				const source = join(overlayFolder, 'steps', name);
				return {name, source, content: await readNeeded(c, source)};
			}),
		),
		Promise.all(
			overlayFilesFor(c.settings).map(async ({path, mode, from = join('files', path)}) => {
				const source = join(overlayFolder, from);
				return {path, mode, source, content: await readNeeded(c, source)};
			}),
		),
	]);
	const edits = (await c.host.files.list(join(overlayFolder, 'edits'))).filter(name => name.endsWith('.yaml'));
	return {
		steps,
		files,
		fragments: ['Dockerfile.fragment', ...edits.map(name => join('edits', name))].map(name => ({
			source: join(overlayFolder, name),
		})),
	};
};

const stepScripts = ['common.sh', 'build-modules.sh', ...contentSteps.map(step => `install-${step}.sh`)];

const readNeeded = async ({host}: Pick<StepContext, 'host'>, path: string): Promise<string> => {
	const content = await host.files.readText(path);
	if (content === undefined || content === '') {
		throw new FixableError('overlay-missing', `Overlay file ${path} is ${content === '' ? 'empty' : 'missing'}`, {
			hint: 'Restore it (`git checkout -- overlay` in a clone, or install edge-builder again).',
		});
	}
	return content;
};

const manifestFiles = async (c: StepContext, overlay: Overlay): Promise<ManifestFile[]> => {
	const files = await Promise.all(
		overlay.files.map(async ({path, mode, source}) => ({
			path: `/${path}`,
			mode: octal(mode),
			sha256: await c.host.files.sha256(source, {signal: c.signal}),
		})),
	);
	// The step install-files leaves a second copy where no persistent folder can hide it.
	const copies = files.filter(({path}) => path === '/opt/spectrocloud/nodeprep.sh');
	return [...files, ...copies.map(file => ({...file, path: '/usr/lib/edge-builder/nodeprep.sh'}))];
};

// A bind mount needs its folder, and folders without a file are lost on the way into some builders.
const stageFirmware = async (c: StepContext, folder: string, firmware: readonly FetchedFirmware[]) => {
	for (const kind of ['doca-host', 'bfb'] as const) {
		await c.host.files.write(join(folder, kind, '.placeholder'), '');
		for (const file of firmware.filter(candidate => candidate.kind === kind)) {
			const way = await stageFile(c.host, file.path, join(folder, kind, file.name), {
				signal: c.signal,
				onProgress: (done: number) =>
					c.report.progress({done, total: file.bytes, unit: 'bytes', label: `staging ${file.name}`}),
			});
			c.report.note(`staged ${file.name} by ${way}`);
		}
	}
};

const productVersion = async ({host}: StepContext, overlayFolder: string): Promise<string> => {
	const text = await host.files.readText(join(dirname(overlayFolder), 'package.json'));
	const {version} = text === undefined ? {version: undefined} : (JSON.parse(text) as {version?: string});
	return version ?? 'unknown';
};

const octal = (mode: number) => `0${mode.toString(8)}`;
