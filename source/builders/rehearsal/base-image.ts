import type {StepContext} from '../../pipeline/step.ts';
import {type Base, baseName, baseTar, ensureBaseTar, wantedBase} from './base-tar.ts';
import {buildah, confinedBuildah} from './buildah.ts';

export const repository = 'localhost/edge-builder-rehearsal-base';

/** Makes sure that the base image is in local container storage. @returns its reference. */
export const ensureBaseImage = async (c: StepContext): Promise<string> => {
	const wanted = await wantedBase(c);
	if (await hasImage(c, referenceOf(wanted))) {
		c.report.note(`base image ${referenceOf(wanted)} is in container storage`);
		return referenceOf(wanted);
	}
	const base = await ensureBaseTar(c, wanted);
	const reference = referenceOf(base);
	if (!(await hasImage(c, reference))) await importTar(c, base);
	await pruneImages(c, base);
	return reference;
};

const referenceOf = (base: Base) => `${repository}:${baseName(base)}`;

const hasImage = async ({host, signal}: StepContext, reference: string) => {
	const {exitCode} = await buildah(host, ['inspect', '--type', 'image', reference], {
		signal,
		// 125: no such image.
		exitCodes: [0, 1, 125],
		what: 'Looking for the base image',
	});
	return exitCode === 0;
};

const importTar = async (c: StepContext, base: Base) => {
	const {host, signal, report} = c;
	const container = `edge-builder-base-${c.run.id}`;
	const forget = host.journal.record({kind: 'buildah-container', name: container});
	const remove = c.cleanup.add('the container of the base image', async () => {
		await buildah(host, ['rm', container], {exitCodes: [0, 1, 125], what: 'Removing the container of the base image'});
		forget();
	});
	const options = {
		signal,
		env: {TMPDIR: c.run.temporary},
		what: 'Importing the base image',
		onLines: (text: string, stream: 'out' | 'err') => report.log({stream, text}),
	};
	report.note(`importing the base image as ${referenceOf(base)}`);
	await confinedBuildah(host, ['from', '--name', container, 'scratch'], options);
	await confinedBuildah(host, ['add', '--quiet', container, baseTar(c, base), '/'], options);
	// The same tar gives the same image: the date is part of its id.
	await confinedBuildah(host, ['commit', '--quiet', '--timestamp', '0', container, referenceOf(base)], options);
	await remove();
};

// Only names go; layers that a provider image still needs stay with it.
const pruneImages = async ({host, signal, report}: StepContext, {week}: Base) => {
	const {stdout} = await buildah(host, ['images', '--format', '{{.Name}}:{{.Tag}}'], {
		signal,
		what: 'Looking for old base images',
	});
	for (const reference of stdout.split('\n').filter(line => line.startsWith(`${repository}:`))) {
		if (Number(reference.split('-').at(-1)) >= week) continue;
		await buildah(host, ['rmi', reference], {signal, exitCodes: [0, 1, 125], what: 'Removing an old base image'});
		report.note(`removed ${reference}: it is from an earlier week`);
	}
};
