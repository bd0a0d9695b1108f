import type {Builder} from '../builder.ts';
import {buildInstallerIso, buildProviderImage, isoOutput} from './build.ts';
import {buildkitCaches} from './docker/caches.ts';
import {dockerImages} from './docker/images.ts';
import {hostChecks} from './host-checks.ts';
import {imageInputs, isoInputs} from './inputs.ts';
import {resolve} from './resolve.ts';
import {prepareSource} from './source-tree.ts';

/** Builds with CanvOS at a chosen release and the product's overlay, by Earthly in Docker. */
export const canvosBuilder: Builder = {
	id: 'canvos',
	title: 'CanvOS',
	rehearsal: false,
	hostChecks,
	resolve,
	prepareSource,
	imageInputs,
	buildProviderImage,
	isoInputs,
	buildInstallerIso,
	isoOutput,
	images: dockerImages,
	caches: buildkitCaches,
};
