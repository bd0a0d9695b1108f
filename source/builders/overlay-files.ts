/** A file of `overlay/files`, by its path in the image. */
export type OverlayFile = {path: string; mode: number; in: 'every-image' | 'edge'};

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
];

/** The files that an image of this kind gets. */
export const overlayFilesFor = ({edgeAppliance}: {edgeAppliance: boolean}) =>
	overlayFiles.filter(file => edgeAppliance || file.in === 'every-image');
