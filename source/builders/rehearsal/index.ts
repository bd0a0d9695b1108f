import type {Builder} from '../builder.ts';
import {baseImageCaches} from './caches.ts';
import {hostChecks} from './checks.ts';
import {images} from './images.ts';
import {buildInstallerIso, isoInputs, isoOutput} from './installer-iso.ts';
import {buildProviderImage, imageInputs} from './provider-image.ts';
import {resolve} from './resolve.ts';
import {serveFirmware} from './serve-firmware.ts';
import {prepareSource} from './source-tree.ts';

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
	caches: baseImageCaches,
};
