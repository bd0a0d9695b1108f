import type {Builder} from '../builder.ts';
import {prepareSource} from './build-context.ts';
import {buildInstallerIso, buildProviderImage, isoOutput} from './build-targets.ts';
import {dockerFolders} from './docker/daemon-info.ts';
import {dockerImages} from './docker/image-store.ts';
import {buildkitCaches} from './earthly/runners/cache-volumes.ts';
import {hostChecks} from './host-checks.ts';
import {networkNeeds} from './network-needs.ts';
import {imageInputs, isoInputs} from './receipt-inputs.ts';
import {resolvePeVersion} from './source/pe-version.ts';

/** Builds with CanvOS at a chosen release and the product's overlay, by Earthly in Docker. */
export const canvosBuilder: Builder = {
	id: 'canvos',
	title: 'CanvOS',
	rehearsal: false,
	hostChecks,
	resolve: resolvePeVersion,
	prepareSource,
	imageInputs,
	buildProviderImage,
	isoInputs,
	buildInstallerIso,
	isoOutput,
	images: dockerImages,
	dataFolders: dockerFolders,
	networkNeeds,
	caches: buildkitCaches,
};
