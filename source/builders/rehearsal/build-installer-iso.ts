import {join, resolve} from 'node:path';
import {FixableError} from '../../errors.ts';
import type {Json} from '../../pipeline/events.ts';
import {hashOf} from '../../pipeline/receipts.ts';
import type {Reporter, StepContext} from '../../pipeline/step.ts';
import {grubImages, grubMenu} from './boot-loader.ts';
import {runConfined} from './buildah.ts';
import {makeContainer} from './buildah-containers.ts';
import {images} from './image-store.ts';
import {fixedDate, rehearsalFolder} from './rehearsal-overlay.ts';

/** Absolute path where the ISO is left. */
export function isoOutput({run, names}: Pick<StepContext, 'run' | 'names'>) {
	return join(run.temporary, names.isoFile);
}

/** What the ISO depends on: the provider image by its id, the menu, and user-data. */
export async function isoInputs(c: StepContext): Promise<Json> {
	const image = await images.inspect(c, c.names.providerImage);
	return {
		image: image?.id ?? 'missing',
		menu: await grubMenu(c),
		script: (await c.host.files.readText(packScript)) ?? 'missing',
		// Only its hash: receipts lie on disk, and a token may be in it.
		userData: c.settings.userData === '' ? 'none' : hashOf(await userDataText(c)),
		iso: c.names.isoFile,
	};
}

/**
 * Packs the provider image as a live ISO: layout and volume id of a Palette ISO, GRUB for BIOS and UEFI. Equal inputs
 * give equal bytes.
 */
export async function buildInstallerIso(c: StepContext): Promise<void> {
	const {host, names, report, signal} = c;
	const tree = join(c.run.temporary, 'iso-tree');
	const work = join(c.run.temporary, 'iso-work');
	await host.files.makeFolder(tree);
	await host.files.makeFolder(work);
	const remove = await makeContainer(c, `edge-builder-iso-${c.run.id}`, names.providerImage);
	try {
		await runConfined(host, ['sh', packScript, `edge-builder-iso-${c.run.id}`, tree], {
			signal,
			env: {SOURCE_DATE_EPOCH: fixedDate, TMPDIR: c.run.temporary},
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
		env: {SOURCE_DATE_EPOCH: fixedDate, TZ: 'UTC'},
		signal,
		onLines: (text, stream) => report.log({stream, text}),
		what: 'Writing the ISO',
	});
}

const packScript = join(rehearsalFolder, 'iso', 'pack-root.sh');
const rehearsalText = 'This ISO is a REHEARSAL of edge-builder: it carries stand-ins and installs nothing.\n';

async function userDataText({host, settings, workspace}: StepContext): Promise<string> {
	const text = await host.files.readText(resolve(workspace.root, settings.userData));
	if (text !== undefined) return text;
	throw new FixableError('user-data-missing', `The user-data file ${settings.userData} does not exist`, {
		hint: 'Correct USER_DATA, or leave it empty for an ISO without user-data.',
		exit: 'usage',
	});
}

/**
 * Reads mksquashfs -progress, which redraws one line: `[====\ ] 1234/5678  21%`. Its other lines go to the log.
 */
export function squashProgress(report: Pick<Reporter, 'progress' | 'log'>): (bytes: Uint8Array) => void {
	let rest = '';
	return (bytes: Uint8Array) => {
		const pieces = (rest + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/);
		rest = pieces.pop() ?? '';
		let latest: {done: number; total: number} | undefined;
		for (const piece of pieces) {
			const [, done, total] = /^\[[^\]]*\]\s*(\d+)\/(\d+)\s+\d+%/.exec(piece) ?? [];
			if (done !== undefined) latest = {done: Number(done), total: Number(total)};
			else if (piece.trim() !== '') report.log({stream: 'out', text: piece});
		}
		if (latest) report.progress({...latest, unit: 'items', label: 'blocks packed'});
	};
}
