import {createHash} from 'node:crypto';
import {dirname, join} from 'node:path';
import {stageFile} from '../firmware/staging.ts';
import type {Json} from '../pipeline/events.ts';
import type {FetchedFirmware, StepContext} from '../pipeline/step.ts';
import {readFragment} from './dockerfile-fragment.ts';
import {imageManifest, type ManifestFile} from './image-manifest.ts';
import {installStepSettings, installSteps, settingsText} from './install-step-settings.ts';
import {overlayFilesFor, readImageFile, readOverlayFile, sourcesOf} from './overlay-files.ts';

/**
 * Puts everything that the fragment mounts into the build context at `c.run.tree`, below `edge-builder/`: the install
 * steps, their settings, the files for the image and the firmware (linked, not copied, where the filesystem can). Nothing
 * is added to upstream's `overlay/files/`: what lies there is copied into the image once more, stamped with a day in 2020.
 * @throws {FixableError} naming an overlay file that is missing.
 */
export async function stageOverlay(
	c: StepContext,
	{
		overlayFolder,
		firmware,
		canvosChanges,
	}: {overlayFolder: string; firmware: readonly FetchedFirmware[]; canvosChanges?: string},
): Promise<void> {
	const {host, settings, names} = c;
	const overlay = await readOverlay(c, overlayFolder);
	const values = installStepSettings(settings, names, firmware);
	const staging = join(c.run.tree, 'edge-builder');

	for (const {name, content} of overlay.steps) {
		await host.files.write(join(staging, 'steps', name), content, {mode: 0o755});
	}
	for (const {path, mode, content} of overlay.files) {
		await host.files.write(join(staging, 'files', path), content, {mode});
		// The process's umask takes bits away when a file is made.
		await host.files.setMode(join(staging, 'files', path), mode);
	}
	for (const step of installSteps) {
		await host.files.write(join(staging, 'settings', step, 'settings.env'), settingsText(values[step]));
	}
	const list = overlay.files.map(file => `${listed(file)}\n`).join('');
	await host.files.write(join(staging, 'settings', 'files', 'files.list'), list);
	if (settings.edgeAppliance) {
		const manifest = imageManifest({
			settings,
			names,
			firmware,
			canvosChanges,
			files: manifestFiles(overlay),
			version: await productVersion(c, overlayFolder),
		});
		await host.files.write(
			join(staging, 'settings', 'files', 'image.json'),
			`${JSON.stringify(manifest, undefined, '\t')}\n`,
		);
	}
	await stageFirmware(c, join(staging, 'firmware'), settings.edgeAppliance ? firmware : []);
}

/**
 * What the content depends on: every overlay file, and what the install steps are told. Firmware counts by its hash.
 * @throws {FixableError} naming an overlay file that is missing.
 */
export async function overlayInputs(
	c: Pick<StepContext, 'host' | 'signal' | 'names' | 'settings'>,
	{overlayFolder, firmware: fetched}: {overlayFolder: string; firmware: readonly FetchedFirmware[]},
): Promise<Json> {
	const overlay = await readOverlay(c, overlayFolder);
	const firmware = c.settings.edgeAppliance ? fetched : [];
	const hashes: Record<string, string> = {};
	for (const source of overlay.sources) {
		hashes[source] = await c.host.files.sha256(join(overlayFolder, source), {signal: c.signal});
	}
	return {
		files: hashes,
		list: overlay.files.map(listed),
		settings: installStepSettings(c.settings, c.names, firmware),
		version: await productVersion(c, overlayFolder),
	};
}

type Overlay = {
	steps: {name: string; content: string}[];
	/** For the image. */
	files: {path: string; mode: number; changed?: string; content: string}[];
	/** Relative to the overlay. */
	sources: string[];
};

// All is read before anything is written, so a missing file leaves no half-filled tree.
async function readOverlay(c: Pick<StepContext, 'host' | 'settings'>, overlayFolder: string): Promise<Overlay> {
	const imageFiles = overlayFilesFor(c.settings);
	const [, steps, files] = await Promise.all([
		readFragment(c.host, overlayFolder),
		Promise.all(
			stepScripts.map(async name => ({
				name,
				content: await readOverlayFile(c.host, join(overlayFolder, 'steps', name)),
			})),
		),
		Promise.all(imageFiles.map(async file => ({...file, content: await readImageFile(c.host, file, overlayFolder)}))),
	]);
	const edits = (await c.host.files.list(join(overlayFolder, 'edits'))).filter(name => name.endsWith('.yaml'));
	return {
		steps,
		files,
		sources: [
			...stepScripts.map(name => join('steps', name)),
			...imageFiles.flatMap(sourcesOf),
			'Dockerfile.fragment',
			...edits.map(name => join('edits', name)),
		],
	};
}

const stepScripts = [
	'common.sh',
	'build-modules.sh',
	'kernel-arguments.sh',
	...installSteps.map(step => `install-${step}.sh`),
];

function manifestFiles(overlay: Overlay): ManifestFile[] {
	const files = overlay.files.map(({path, mode, content}) => ({
		path: `/${path}`,
		mode: octal(mode),
		sha256: createHash('sha256').update(content).digest('hex'),
	}));
	// The step install-files leaves a second copy where no persistent folder can hide it.
	const copies = files.filter(({path}) => path === '/opt/spectrocloud/nodeprep.sh');
	return [...files, ...copies.map(file => ({...file, path: '/usr/lib/edge-builder/nodeprep.sh'}))];
}

// A bind mount needs its folder, and folders without a file are lost on the way into some builders.
async function stageFirmware(c: StepContext, folder: string, firmware: readonly FetchedFirmware[]) {
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
}

async function productVersion({host}: Pick<StepContext, 'host'>, overlayFolder: string): Promise<string> {
	const text = await host.files.readText(join(dirname(overlayFolder), 'package.json'));
	const {version} = text === undefined ? {version: undefined} : (JSON.parse(text) as {version?: string});
	return version ?? 'unknown';
}

/** `MODE DAY PATH` as install-files.sh reads it; `-` leaves the time of the installation. */
const listed = ({path, mode, changed = '-'}: Overlay['files'][number]) => `${octal(mode)} ${changed} ${path}`;

const octal = (mode: number) => `0${mode.toString(8)}`;
