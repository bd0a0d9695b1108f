import {join, resolve} from 'node:path';
import {FixableError} from '../../errors.ts';
import type {Json} from '../../pipeline/events.ts';
import {hashOf} from '../../pipeline/receipts.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {runConfined} from './buildah.ts';
import {grubImages, grubMenu} from './grub.ts';
import {images, makeContainer} from './images.ts';
import {rehearsalFolder} from './source-tree.ts';
import {squashProgress} from './squash-progress.ts';

/** Absolute path where the ISO is left. */
export const isoOutput = ({run, names}: Pick<StepContext, 'run' | 'names'>) => join(run.temporary, names.isoFile);

/** What the ISO depends on: the provider image by its id, the menu, and user-data. */
export const isoInputs = async (c: StepContext): Promise<Json> => {
	const image = await images.inspect(c, c.names.providerImage);
	return {
		image: image?.id ?? 'missing',
		menu: await grubMenu(c),
		script: (await c.host.files.readText(packScript)) ?? 'missing',
		// Only its hash: receipts lie on disk, and a token may be in it.
		userData: c.settings.userData === '' ? 'none' : hashOf(await userDataText(c)),
		iso: c.names.isoFile,
	};
};

/**
 * Packs the provider image as a live ISO: layout and volume id of a Palette ISO, GRUB for BIOS and UEFI. Equal inputs
 * give equal bytes.
 */
export const buildInstallerIso = async (c: StepContext): Promise<void> => {
	const {host, names, report, signal} = c;
	const tree = join(c.run.temporary, 'iso-tree');
	const work = join(c.run.temporary, 'iso-work');
	await host.files.makeFolder(tree);
	await host.files.makeFolder(work);
	const remove = await makeContainer(c, `edge-builder-iso-${c.run.id}`, names.providerImage);
	try {
		await runConfined(host, ['sh', packScript, `edge-builder-iso-${c.run.id}`, tree], {
			signal,
			env: {SOURCE_DATE_EPOCH: epoch, TMPDIR: c.run.temporary},
			onBytes: squashProgress(report),
			onLines: (text, stream) => report.log({stream, text}),
			what: 'Packing the root filesystem',
			hint: 'See the last lines. A full disk and a missing squashfs-tools are the usual causes.',
		});
	} finally {
		await remove();
	}
	await host.files.write(join(tree, 'boot', 'grub2', 'grub.cfg'), await grubMenu(c));
	await host.files.write(join(tree, 'REHEARSAL'), rehearsalText);
	if (c.settings.userData !== '') {
		await host.files.write(join(tree, 'files-iso', 'config.yaml'), await userDataText(c), {mode: 0o600});
	}
	const bootOptions = await grubImages(c, {tree, work});
	await host.run({
		program: 'xorriso',
		args: [
			...['-as', 'mkisofs', '-r', '-J', '-joliet-long', '-iso-level', '3', '-V', 'COS_LIVE'],
			'--set_all_file_dates',
			'2020010100000000',
			...['-o', isoOutput(c), ...bootOptions, tree],
		],
		// Dates of the volume; those of the files are set above.
		env: {SOURCE_DATE_EPOCH: epoch, TZ: 'UTC'},
		signal,
		onLines: (text, stream) => report.log({stream, text}),
		what: 'Writing the ISO',
	});
};

const packScript = join(rehearsalFolder, 'iso', 'pack-root.sh');
const epoch = '1577836800';
const rehearsalText = 'This ISO is a REHEARSAL of edge-builder: it carries stand-ins and installs nothing.\n';

const userDataText = async ({host, settings, workspace}: StepContext): Promise<string> => {
	const text = await host.files.readText(resolve(workspace.root, settings.userData));
	if (text !== undefined) return text;
	throw new FixableError('user-data-missing', `The user-data file ${settings.userData} does not exist`, {
		hint: 'Correct USER_DATA, or leave it empty for an ISO without user-data.',
		exit: 'usage',
	});
};
