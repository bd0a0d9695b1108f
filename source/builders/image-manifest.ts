import type {FetchedFirmware} from '../pipeline/step.ts';
import type {OutputNames} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';
import {baseName} from '../text/urls.ts';

/** A file of ours as the image holds it. */
export type ManifestFile = {path: string; mode: string; sha256: string};

/**
 * `/etc/edge-builder/image.json`: what went into an image. No secret, no address, no time: equal builds, equal bytes; and
 * not what the image is called, because another tag on the same content must not build it again.
 */
export type ImageManifest = {
	format: 1;
	builtWith: {product: 'edge-builder'; version: string; builder: Settings['builder']};
	/** True: NVIDIA's packages are stand-ins. */
	rehearsal: boolean;
	os: {distribution: string; version: string; arch: string};
	kubernetes: {distribution: string; version: string};
	/** CanvOS release, where there is one. */
	canvos?: string;
	/** Hash of what a local clone of CanvOS had changed in that release. */
	canvosChanges?: string;
	doca: {source: 'deb'; file: string; sha256?: string} | {source: 'repository'; version: string};
	nfsOverRdma: boolean;
	/** Size and sha256 are missing where the build fetched the bundle itself and no sha256 was given. */
	bfb: {file: string; bytes?: number; sha256?: string};
	files: readonly ManifestFile[];
};

/** The manifest of the image that these settings and files make. */
export function imageManifest({
	settings,
	names,
	firmware,
	canvosChanges,
	files,
	version,
}: {
	settings: Settings;
	names: OutputNames;
	firmware: readonly FetchedFirmware[];
	canvosChanges?: string;
	files: readonly ManifestFile[];
	version: string;
}): ImageManifest {
	const deb = firmware.find(({kind}) => kind === 'doca-host');
	const bfb = firmware.find(({kind}) => kind === 'bfb');
	const canvos = settings.builder === 'canvos' ? {canvos: settings.canvosRef} : {};
	return {
		format: 1,
		builtWith: {product: 'edge-builder', version, builder: settings.builder},
		rehearsal: settings.builder === 'rehearsal',
		os: {distribution: settings.osDistribution, version: settings.osVersion, arch: settings.arch},
		kubernetes: {distribution: settings.k8sDistribution, version: settings.k8sVersion},
		...canvos,
		...known('canvosChanges', canvosChanges ?? ''),
		doca:
			settings.docaSource === 'repository'
				? {source: 'repository', version: settings.docaVersion}
				: {
						source: 'deb',
						file: deb?.name ?? baseName(settings.docaDebFile || settings.docaDebName),
						...known('sha256', deb?.sha256 || settings.docaDebSha256),
					},
		nfsOverRdma: settings.nfsOverRdma,
		bfb: {
			file: names.bfbFile,
			...(bfb && {bytes: bfb.bytes}),
			...known('sha256', bfb?.sha256 || settings.bfbSha256),
		},
		files,
	};
}

const known = <Key extends string>(key: Key, value: string) =>
	(value === '' ? {} : {[key]: value}) as {[K in Key]?: string};
