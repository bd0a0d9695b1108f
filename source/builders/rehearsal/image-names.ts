import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import {waitForLock} from '../../host/wait-for-lock.ts';
import type {Reporter} from '../../pipeline/step.ts';
import {linesOf} from '../../text/lines.ts';
import {buildah, imageIdOf, storageFolder} from './buildah.ts';

type Place = {host: Host; signal?: AbortSignal; report?: Pick<Reporter, 'note'>};

/**
 * Does work that changes the names of images, alone in this container storage. buildah reads all names of an image, changes
 * the list and writes it back: of two that name the same image at once, one loses its name (13 of 40 tries, buildah 1.28).
 */
export async function namingAlone<T>({host, signal, report}: Place, work: () => Promise<T>): Promise<T> {
	const folder = await storageFolder(host, signal);
	if (folder === undefined) return work();
	const release = await waitForLock(join(folder, 'edge-builder-names.lock'), {
		signal,
		// A base image is committed under it, which takes a while on a slow disk.
		patienceMs: signal ? Number.POSITIVE_INFINITY : undefined,
		onWait: () => report?.note('Waiting for another run to name its images.'),
	});
	try {
		return await work();
	} finally {
		await release();
	}
}

/** Gives a local image one more name. */
export async function nameImage(c: Place, image: string, name: string): Promise<void> {
	await namingAlone(c, () => buildah(c.host, ['tag', image, name], {signal: c.signal, what: `Naming image ${name}`}));
}

/**
 * Removes a name of a local image, which goes with its last name. That there is no such image is no fault.
 * @throws {ToolError} when a container keeps the image; buildah has the same exit code for both.
 */
export async function removeImageName(c: Place, name: string): Promise<void> {
	await namingAlone(c, async () => {
		if ((await imageIdOf(c, name)) === undefined) return;
		await buildah(c.host, ['rmi', name], {signal: c.signal, what: `Removing image ${name}`});
	});
}

/** Removes the name of an image that a killed run left. @returns 1, or 0 when it is gone already. */
export async function removeLeftImageName(host: Host, name: string): Promise<number> {
	if (!(await host.which('buildah'))) return 0;
	const {stdout} = await buildah(host, ['images', '--format', '{{.Name}}:{{.Tag}}'], {what: 'Looking for leftovers'});
	if (!linesOf(stdout).includes(name)) return 0;
	await removeImageName({host}, name);
	return 1;
}
