import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {packageRoot} from '../host/package-root.ts';
import type {Settings} from '../settings/settings.ts';

export const overlayFolder = join(packageRoot, 'overlay');

/**
 * A file for the image, by its path there. It lies at the same path in `overlay/files`, unless `from` says where; of
 * several it is put together.
 */
export type OverlayFile = {
	path: string;
	mode: number;
	in: 'every-image' | 'edge' | 'edge-rehearsal';
	/** Relative to `overlay`. */
	from?: readonly string[];
};

/** The parts of nodeprep in the order in which they make one script; each is an idea of its own to read and to change. */
const nodeprepParts = [
	...['00-head', '10-log', '20-effects', '30-environment', '40-cluster', '50-inventory', '52-labels', '55-firmware'],
	...['60-configuration', '65-one-function', '67-virtual-functions', '70-fabric', '75-software', '80-stages'],
	...['90-report', '99-main'],
].map(name => `nodeprep/${name}.sh`);

const nodeprep: OverlayFile = {path: 'opt/spectrocloud/nodeprep.sh', mode: 0o755, in: 'edge', from: nodeprepParts};

/**
 * What is copied into the image as it is. A standard image gets the four configuration files and nothing else: they
 * ask for hardware and drivers that a standard node may get later, and change nothing where those are missing.
 */
export const overlayFiles: readonly OverlayFile[] = [
	{path: 'etc/modprobe.d/blacklist-nouveau.conf', mode: 0o644, in: 'every-image'},
	{path: 'etc/modprobe.d/ib_core.conf', mode: 0o644, in: 'every-image'},
	{path: 'etc/lldpd.d/rcp-lldpd.conf', mode: 0o644, in: 'every-image'},
	{path: 'etc/modules-load.d/nfsrdma.conf', mode: 0o644, in: 'every-image'},
	{path: 'etc/tmpfiles.d/mellanox.conf', mode: 0o644, in: 'edge'},
	nodeprep,
	// The booted rehearsal lets nodeprep live a whole life with it, in a folder.
	{
		path: 'usr/lib/edge-builder/nodeprep-life.sh',
		mode: 0o755,
		in: 'edge-rehearsal',
		from: ['rehearsal/nodeprep-life.sh'],
	},
];

/** The files that an image of these settings gets. */
export function overlayFilesFor({edgeAppliance, builder}: Pick<Settings, 'edgeAppliance' | 'builder'>) {
	return overlayFiles.filter(
		file =>
			file.in === 'every-image' ||
			(file.in === 'edge' && edgeAppliance) ||
			(file.in === 'edge-rehearsal' && edgeAppliance && builder === 'rehearsal'),
	);
}

/** Where a file for the image lies, relative to `overlay`. */
export function sourcesOf({path, from}: OverlayFile): readonly string[] {
	return from ?? [join('files', path)];
}

/**
 * The content of a file for the image.
 * @throws {FixableError} naming what of it is missing.
 */
export async function readImageFile(
	host: Pick<Host, 'files'>,
	file: OverlayFile,
	folder = overlayFolder,
): Promise<string> {
	const texts = await Promise.all(sourcesOf(file).map(source => readOverlayFile(host, join(folder, source))));
	return texts.join('');
}

/** nodeprep, as images have it. */
export function readNodeprep(host: Pick<Host, 'files'>, folder?: string): Promise<string> {
	return readImageFile(host, nodeprep, folder);
}

/**
 * The text of a file of the overlay.
 * @throws {FixableError} when it is missing or empty.
 */
export async function readOverlayFile(host: Pick<Host, 'files'>, path: string): Promise<string> {
	const content = await host.files.readText(path);
	if (content !== undefined && content !== '') return content;
	throw new FixableError('overlay-missing', `Overlay file ${path} is ${content === '' ? 'empty' : 'missing'}`, {
		hint: 'Restore it (`git checkout -- overlay` in a clone, or install edge-builder again).',
	});
}
