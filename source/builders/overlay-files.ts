import type {Settings} from '../settings/settings.ts';

/** A file for the image, by its path there. It lies at the same path in `overlay/files`, unless `from` says where. */
export type OverlayFile = {
	path: string;
	mode: number;
	in: 'every-image' | 'edge' | 'edge-rehearsal';
	/** Relative to `overlay`. */
	from?: string;
};

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
	{path: 'opt/spectrocloud/nodeprep.sh', mode: 0o755, in: 'edge'},
	// The booted rehearsal lets nodeprep live a whole life with it, in a folder.
	{
		path: 'usr/lib/edge-builder/nodeprep-life.sh',
		mode: 0o755,
		in: 'edge-rehearsal',
		from: 'rehearsal/nodeprep-life.sh',
	},
];

/** The files that an image of these settings gets. */
export const overlayFilesFor = ({edgeAppliance, builder}: Pick<Settings, 'edgeAppliance' | 'builder'>) =>
	overlayFiles.filter(
		file =>
			file.in === 'every-image' ||
			(file.in === 'edge' && edgeAppliance) ||
			(file.in === 'edge-rehearsal' && edgeAppliance && builder === 'rehearsal'),
	);
