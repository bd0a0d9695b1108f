import type {Builder} from '../builders/builder.ts';
import {imageMissing} from '../builders/image-store.ts';
import {watchUnchanged} from '../firmware/staging.ts';
import type {Step} from '../pipeline/step.ts';

/** The image that nodes run, under the reference that the naming formulas give. */
export const providerImage = (builder: Builder): Step => ({
	id: 'provider-image',
	title: 'Building provider image',
	done: 'Provider image built',
	after: ['prepare-source'],
	exit: 'build',
	target: 'provider-image',
	inputs: c => builder.imageInputs(c),
	async missing(c, {artifacts}) {
		const before = artifacts.find(({kind}) => kind === 'provider-image');
		const image = await builder.images.inspect(c, c.names.providerImage);
		if (!image) return `image ${c.names.providerImage} is no longer in ${builder.images.place}`;
		return image.id === before?.sha256 ? undefined : `image ${c.names.providerImage} was replaced`;
	},
	async run(c) {
		const checks = await Promise.all(c.results.firmware.map(file => watchUnchanged(c.host, file)));
		await builder.buildProviderImage(c);
		// Staged by hard link, the build could have written into the file that the next one will use.
		for (const check of checks) await check({signal: c.signal});
		const image = await builder.images.inspect(c, c.names.providerImage);
		if (!image) throw imageMissing(c.names.providerImage, builder.images.place);
		c.report.artifact({kind: 'provider-image', ref: c.names.providerImage, bytes: image.bytes, sha256: image.id});
		return undefined;
	},
});
