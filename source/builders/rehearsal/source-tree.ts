import {join} from 'node:path';
import {FixableError} from '../../errors.ts';
import {packageRoot} from '../../host/package-root.ts';
import type {Json} from '../../pipeline/events.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {contentInputs, readFragment, stageContent} from '../content.ts';
import {insertFragment} from '../fragment.ts';
import {type FolderFile, readFolder} from './folders.ts';
import {kairosRelease} from './kairos-release.ts';
import {withStandInUrls} from './stand-in-firmware.ts';

export const overlayFolder = join(packageRoot, 'overlay');
export const rehearsalFolder = join(overlayFolder, 'rehearsal');

/** The build context: our small Dockerfile with the product's fragment in it, the marks of Kairos, and the content. */
export const prepareSource = async (c: StepContext): Promise<void> => {
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
	await stageContent(c, {overlayFolder, firmware: c.results.firmware ?? []});
};

/** What the build context depends on. */
export const sourceInputs = async (c: StepContext): Promise<Json> => {
	const {dockerfile, marks, steps} = await readRehearsal(c);
	const described = (files: readonly FolderFile[]) => files.map(({path, mode, content}) => [path, mode, content]);
	return {
		dockerfile,
		marks: described(marks),
		steps: described(steps),
		content: await contentInputs({...c, settings: withStandInUrls(c.settings)}, overlayFolder),
	};
};

const readRehearsal = async (c: StepContext) => {
	const file = join(rehearsalFolder, 'Dockerfile');
	const dockerfile = await c.host.files.readText(file);
	if (dockerfile === undefined) {
		throw new FixableError('overlay-missing', `Overlay file ${file} is missing`, {
			hint: 'Restore it (`git checkout -- overlay` in a clone, or install edge-builder again).',
		});
	}
	const marks = await readFolder(c.host, join(rehearsalFolder, 'marks'));
	return {
		dockerfile: insertFragment(dockerfile, await readFragment(c, overlayFolder)),
		marks: [...marks, {path: 'etc/kairos-release', mode: 0o644, content: kairosRelease(c)}],
		steps: await readFolder(c.host, join(rehearsalFolder, 'steps')),
	};
};
