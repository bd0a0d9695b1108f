import {randomBytes} from 'node:crypto';
import {expect, test} from 'vitest';
import {baseImageCaches} from '../../source/builders/rehearsal/base-image.ts';
import {buildah, confinedBuildah, imageIdOf} from '../../source/builders/rehearsal/buildah.ts';
import {
	nameImage,
	namingAlone,
	removeImageName,
	removeLeftImageName,
} from '../../source/builders/rehearsal/image-names.ts';
import type {Host} from '../../source/host/host.ts';
import {createHost} from '../../source/host/real-host.ts';

// buildah alone lost every third name: a run lost the name of its base image between naming and using it.
test('names that are given to one image and taken from it at the same time are all right in the end', async () => {
	const host = await createHost();
	const base = `localhost/edge-builder-test-${randomBytes(4).toString('hex')}`;
	const name = (kind: string, index: number) => `${base}:${kind}${index}`;
	await makeEmptyImage(host, name('first', 0));
	const indexes = [...Array(8).keys()];
	await Promise.all(indexes.map(index => nameImage({host}, name('first', 0), name('old', index))));
	await Promise.all(
		indexes.flatMap(index => [
			nameImage({host}, name('first', 0), name('new', index)),
			removeImageName({host}, name('old', index)),
		]),
	);
	const isThere = (kind: string) =>
		Promise.all(indexes.map(async index => (await imageIdOf({host}, name(kind, index))) !== undefined));
	expect(await isThere('new')).toEqual(indexes.map(() => true));
	expect(await isThere('old')).toEqual(indexes.map(() => false));
	for (const left of [name('first', 0), ...indexes.map(index => name('new', index))])
		await removeImageName({host}, left);
	expect(await imageIdOf({host}, name('first', 0))).toBeUndefined();
}, 300_000);

// buildah answers 125 both where there is no such image and where a container keeps it: `clean` said that it was removed, and
// a killed run's name was forgotten.
test('an image that a container keeps does not count as removed', async () => {
	const host = await createHost();
	const image = `localhost/edge-builder-rehearsal-base:${randomBytes(6).toString('hex')}-99999`;
	const container = `${image.split(':').at(-1)}-user`;
	await makeEmptyImage(host, image);
	await confinedBuildah(host, ['from', '--name', container, image], {what: 'Making a container'});
	try {
		const caches = await baseImageCaches({host, signal: new AbortController().signal});
		const cache = caches.find(({title}) => title.endsWith(image));
		await expect(cache?.remove()).rejects.toThrow(/Removing image .* failed/);
		await expect(removeLeftImageName(host, image)).rejects.toThrow(/Removing image .* failed/);
	} finally {
		await buildah(host, ['rm', container], {what: 'Removing the container'});
	}
	expect(await removeLeftImageName(host, image)).toBe(1);
	expect(await removeLeftImageName(host, image)).toBe(0);
}, 300_000);

// Without a word the run seemed to hang where another was stopped by Ctrl-Z.
test('who waits until another run has named its images says so', async () => {
	const host = await createHost();
	const notes: string[] = [];
	const first = await new Promise<() => void>(started => {
		void namingAlone({host}, () => new Promise<void>(end => started(end)));
	});
	const second = namingAlone({host, report: {note: text => void notes.push(text)}}, async () => 'done');
	await expect.poll(() => notes, {timeout: 20_000}).toEqual(['Waiting for another run to name its images.']);
	first();
	expect(await second).toBe('done');
}, 60_000);

async function makeEmptyImage(host: Host, image: string) {
	const container = `${image.split('/').at(-1)?.replace(':', '-')}-container`;
	await confinedBuildah(host, ['from', '--name', container, 'scratch'], {what: 'Making a container'});
	await confinedBuildah(host, ['commit', '--quiet', '--rm', container, image], {what: 'Making an image'});
	await buildah(host, ['rm', container], {exitCodes: [0, 1, 125], what: 'Removing the container'});
}
