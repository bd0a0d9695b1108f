import type {Settings} from '../../settings/settings.ts';
import type {Builder} from '../builder.ts';
import {baseImageCaches} from './base-image.ts';
import {prepareSource} from './build-context.ts';
import {buildInstallerIso, isoInputs, isoOutput} from './build-installer-iso.ts';
import {buildProviderImage, imageInputs} from './build-provider-image.ts';
import {hostChecks} from './host-checks.ts';
import {images} from './image-store.ts';
import {networkNeeds} from './network-needs.ts';
import {serveFirmware} from './serve-stand-ins.ts';

/** Builds a small look-alike from this machine's own distribution, with the product's own overlay and stand-ins. */
export const rehearsalBuilder: Builder = {
	id: 'rehearsal',
	title: 'Rehearsal',
	rehearsal: true,
	hostChecks,
	resolve,
	serveFirmware,
	prepareSource,
	imageInputs,
	buildProviderImage,
	isoInputs,
	buildInstallerIso,
	isoOutput,
	images,
	networkNeeds,
	caches: baseImageCaches,
};

/**
 * What only a rehearsal knows: the release it plays (the chosen CanvOS tag, when it is one), and that DOCA comes from the
 * stand-in package, since NVIDIA's own repository has no stand-ins.
 */
export async function resolve(settings: Settings): Promise<Settings> {
	return {
		...settings,
		peVersion: settings.peVersion || (/^v\d+\.\d+\.\d+$/.test(settings.canvosRef) ? settings.canvosRef : 'v0.0.0'),
		docaSource: 'deb',
	};
}
