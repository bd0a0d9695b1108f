import {join} from 'node:path';
import type {Json} from '../../pipeline/events.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {insertFragment, readFragment} from '../dockerfile-fragment.ts';
import {overlayFolder, readOverlayFile} from '../overlay-files.ts';
import {overlayInputs, stageOverlay} from '../stage-overlay.ts';
import {type FolderFile, readFolder, rehearsalFolder} from './rehearsal-overlay.ts';
import {withStandInUrls} from './stand-in-bundle.ts';

/** The build context: our small Dockerfile with the product's fragment in it, the marks of Kairos, and the content. */
export async function prepareSource(c: StepContext): Promise<void> {
	const {host} = c;
	const {dockerfile, marks, steps} = await readRehearsal(c);
	await host.files.write(join(c.run.tree, 'Dockerfile'), dockerfile);
	for (const [folder, files] of [['marks', marks] as const, ['steps', steps] as const]) {
		for (const {path, mode, content} of files) {
			const target = join(c.run.tree, 'rehearsal', folder, path);
			await host.files.write(target, content, {mode});
			await host.files.setMode(target, mode);
		}
	}
	await stageOverlay(c, {overlayFolder, firmware: c.results.firmware ?? []});
}

/** What the build context depends on. */
export async function sourceInputs(c: StepContext): Promise<Json> {
	const {host, signal, names, settings} = c;
	const {dockerfile, marks, steps} = await readRehearsal(c);
	const described = (files: readonly FolderFile[]) => files.map(({path, mode, content}) => [path, mode, content]);
	return {
		dockerfile,
		marks: described(marks),
		steps: described(steps),
		content: await overlayInputs(
			{host, signal, names, settings: withStandInUrls(settings)},
			{overlayFolder, firmware: c.results.firmware ?? []},
		),
	};
}

async function readRehearsal(c: StepContext) {
	const dockerfile = await readOverlayFile(c.host, join(rehearsalFolder, 'Dockerfile'));
	const marks = await readFolder(c.host, join(rehearsalFolder, 'marks'));
	return {
		dockerfile: insertFragment(dockerfile, await readFragment(c.host, overlayFolder)),
		marks: [...marks, {path: 'etc/kairos-release', mode: 0o644, content: kairosRelease(c)}],
		steps: await readFolder(c.host, join(rehearsalFolder, 'steps')),
	};
}

// The fields that a Kairos image has in /etc/kairos-release, and one that says what this is.
function kairosRelease({settings, names}: Pick<StepContext, 'settings' | 'names'>): string {
	const {osDistribution, osVersion, arch} = settings;
	const fields = {
		KAIROS_NAME: `kairos-core-${osDistribution}-${osVersion}`,
		KAIROS_VERSION: settings.peVersion,
		KAIROS_FLAVOR: osDistribution,
		KAIROS_FLAVOR_RELEASE: osVersion,
		KAIROS_VARIANT: 'core',
		KAIROS_ARCH: arch,
		KAIROS_MODEL: 'generic',
		KAIROS_IMAGE_LABEL: `${osVersion}-standard-${arch}-generic`,
		KAIROS_REHEARSAL: `REHEARSAL of ${names.imageTag}: stand-ins instead of drivers and firmware`,
	};
	return Object.entries(fields)
		.map(([name, value]) => `${name}="${value}"\n`)
		.join('');
}
