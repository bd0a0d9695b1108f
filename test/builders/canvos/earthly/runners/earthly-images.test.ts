import {expect, test} from 'vitest';
import {earthlyImage, ensureImage} from '../../../../../source/builders/canvos/earthly/runners/earthly-images.ts';
import {createHost} from '../../../../../source/host/real-host.ts';
import type {StepContext} from '../../../../../source/pipeline/step.ts';
import {canvosSettings} from '../../canvos-settings.ts';
import {collectingReporter} from '../../recordings.ts';
import {scriptedDocker} from '../../scripted-docker.ts';

const image = earthlyImage(canvosSettings());
const path = image.slice(image.indexOf('/'));

const pulling = async (registryMirrors: string, served: readonly string[]) => {
	const docker = scriptedDocker('any', {served});
	const seen = collectingReporter();
	const c = {
		host: await createHost({env: {...process.env, ...docker.env}}),
		settings: canvosSettings({registryMirrors}),
		report: seen.report,
	} as unknown as StepContext;
	return {images: docker.images, seen, pulled: ensureImage(c, image)};
};

test('the image of Earthly comes from the mirror of its registry, and has the name that is asked for', async () => {
	const mirror = `mirror.lan:5000/palette${path}`;
	const {pulled, images} = await pulling('us-docker.pkg.dev=http://mirror.lan:5000/palette', [mirror]);
	await pulled;
	expect(Object.keys(images())).toEqual([image]);
});

test('a mirror that lacks it is told, and the next place is asked', async () => {
	const {pulled, images, seen} = await pulling('us-docker.pkg.dev=a.lan,us-docker.pkg.dev=b.lan', [`b.lan${path}`]);
	await pulled;
	expect(Object.keys(images())).toEqual([image]);
	expect(seen.notes).toEqual([
		`a.lan${path} could not be pulled: Error response from daemon: a.lan${path} is not here`,
	]);
});

test('mirrors of other registries are not asked', async () => {
	const {pulled, images} = await pulling('quay.io=quay.lan', [image, `quay.lan${path}`]);
	await pulled;
	expect(Object.keys(images())).toEqual([image]);
});

test('an image that no place has is told with what each said, and what Docker needs for a mirror', async () => {
	const {pulled} = await pulling('us-docker.pkg.dev=a.lan', []);
	await expect(pulled).rejects.toMatchObject({
		code: 'image-pull',
		message: expect.stringMatching(/a\.lan\/.* is not here; .*us-docker\.pkg\.dev\/.* is not here$/),
		hint: expect.stringContaining('insecure-registries'),
	});
});
