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
	in: 'every-image' | 'edge' | 'edge-nfs-over-rdma' | 'edge-rehearsal';
	/** Relative to `overlay`. */
	from?: readonly string[];
	/**
	 * The day (UTC) of its last change, which becomes the file's time in the image. An installed node keeps copies of
	 * `/etc` and takes the image's file only when that is newer, so a new content needs a later day.
	 */
	changed?: string;
};

/** The parts of nodeprep in the order in which they make one script; each is an idea of its own to read and to change. */
const nodeprepParts = [
	...[
		'00-head',
		'10-log',
		'20-effects',
		'30-environment',
		'31-environment-words',
		'32-card-settings',
		'40-cluster',
		'41-taint',
		'50-inventory',
		'51-queries',
		'52-labels',
	],
	...['53-uplink', '54-doubt', '55-firmware', '57-parallel-flash'],
	...[
		'60-configuration',
		'62-running-state',
		'64-health',
		'65-one-function',
		'67-virtual-functions',
		'68-rails',
		'69-rail-names',
		'70-fabric',
		'71-rail-files',
		'73-roce',
		'75-software',
		'76-hugepages',
		'80-stages',
		'81-drift',
		'82-attempts',
		'83-requests',
		'84-reset-cards',
	],
	...['90-report', '92-json', '94-metrics', '99-main'],
].map(name => `nodeprep/${name}.sh`);

const nodeprep: OverlayFile = {path: 'opt/spectrocloud/nodeprep.sh', mode: 0o755, in: 'edge', from: nodeprepParts};

/** dracut packs `/usr/lib/modprobe.d` into the initrd, and `/etc/modprobe.d` never with Kairos' hostonly=no. */
const forInitrdToo = (name: string, changed: string): OverlayFile[] => [
	{path: `etc/modprobe.d/${name}`, mode: 0o644, in: 'every-image', changed},
	{path: `usr/lib/modprobe.d/${name}`, mode: 0o644, in: 'every-image', from: [`files/etc/modprobe.d/${name}`], changed},
];

/**
 * What is copied into the image as it is. A standard image gets the configuration files of `every-image` and nothing
 * else: they ask for hardware and drivers that a standard node may get later, and change nothing where those are missing.
 */
export const overlayFiles: readonly OverlayFile[] = [
	...forInitrdToo('blacklist-nouveau.conf', '2026-11-22'),
	...forInitrdToo('ib_core.conf', '2026-11-22'),
	{path: 'etc/lldpd.d/rcp-lldpd.conf', mode: 0o644, in: 'every-image', changed: '2026-11-22'},
	// The kernel's own rpcrdma cannot be loaded beside OFED's ib_core: only with NVIDIA's, which is installed then.
	{path: 'etc/modules-load.d/nfsrdma.conf', mode: 0o644, in: 'edge-nfs-over-rdma', changed: '2026-11-22'},
	{path: 'etc/tmpfiles.d/mellanox.conf', mode: 0o644, in: 'edge'},
	{path: 'system/oem/90_edge-builder.yaml', mode: 0o644, in: 'edge'},
	{path: 'usr/lib/systemd/system/nodeprep.service', mode: 0o644, in: 'edge'},
	{path: 'usr/lib/systemd/system/nodeprep.path', mode: 0o644, in: 'edge'},
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
export function overlayFilesFor({
	edgeAppliance,
	nfsOverRdma,
	builder,
}: Pick<Settings, 'edgeAppliance' | 'nfsOverRdma' | 'builder'>) {
	const wanted = {
		'every-image': true,
		edge: edgeAppliance,
		'edge-nfs-over-rdma': edgeAppliance && nfsOverRdma,
		'edge-rehearsal': edgeAppliance && builder === 'rehearsal',
	};
	return overlayFiles.filter(file => wanted[file.in]);
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
