import {join} from 'node:path';
import type {StepContext} from '../../pipeline/step.ts';
import {loadsInstallerImage} from '../../settings/output-names.ts';
import {imageMissing} from '../image-store.ts';
import {dockerImages} from './docker/image-store.ts';
import {keepAsOurs} from './docker/own-images.ts';
import {runEarthly} from './earthly/run/run-earthly.ts';
import {constantIsoFile} from './edits/names-of-results.ts';

/** Builds the provider image; Earthly loads it into Docker. */
export async function buildProviderImage(c: StepContext): Promise<void> {
	// earthly.sh keeps no cache, so that one call which makes both costs half of two.
	const both = loadsInstallerImage(c.settings) && c.options.only !== 'provider-image';
	await emptyOutput(c);
	await runEarthly(c, {target: both ? '+build-all-images' : '+build-provider-images', args: buildArguments(c)});
	const {providerImage, installerImage} = c.names;
	if (!(await keepAsOurs(c, providerImage))) throw imageMissing(providerImage, dockerImages.place);
	if (both) await keepAsOurs(c, installerImage);
}

/** Builds the installer ISO into the tree's `build/`. */
export async function buildInstallerIso(c: StepContext): Promise<void> {
	// The tree is of this run and its output was emptied, so an ISO in it was made by this run's first call.
	if (c.settings.runner === 'upstream-script' && (await c.host.files.exists(isoOutput(c)))) {
		c.report.note('The ISO was built together with the provider image.');
		return;
	}
	await emptyOutput(c);
	await runEarthly(c, {target: '+iso', args: buildArguments(c)});
	const made = join(outputFolder(c), constantIsoFile);
	if (await c.host.files.exists(made)) await c.host.files.move(made, isoOutput(c));
}

/** Where the ISO is after its build. */
export const isoOutput = (c: StepContext) => join(outputFolder(c), c.names.isoFile);

const outputFolder = ({run}: StepContext) => join(run.tree, 'build');

// Files that Earthly saves all have the same date, so what lay there before could not be told from the new.
async function emptyOutput(c: StepContext) {
	await c.host.files.remove(outputFolder(c), c.run.tree);
	await c.host.files.makeFolder(outputFolder(c));
}

/** Without a version CanvOS would build the images of all versions, more than fifty. */
const buildArguments = ({settings}: StepContext) => ({ARCH: settings.arch, K8S_VERSION: settings.k8sVersion});
