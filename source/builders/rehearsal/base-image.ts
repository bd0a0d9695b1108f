import {ToolError} from '../../errors.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {bytesOfSize} from '../../text/bytes.ts';
import type {BuildCache, Builder} from '../builder.ts';
import {type Base, baseTar, ensureBaseTar, nameOfBase, wantedBase} from './base-tar.ts';
import {buildah, confinedBuildah, imageIdOf} from './buildah.ts';
import {startContainer} from './buildah-containers.ts';
import {namingAlone, removeImageName} from './image-names.ts';

const repository = 'localhost/edge-builder-rehearsal-base';

/** Makes sure that the base image is in local container storage. @returns its reference. */
export async function ensureBaseImage(c: StepContext): Promise<string> {
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
}

/** Base images of rehearsals in local container storage. */
export const baseImageCaches: Builder['caches'] = async ({host, signal}): Promise<BuildCache[]> => {
	if (!(await host.which('buildah'))) return [];
	const {stdout} = await buildah(host, ['images', '--json', '--no-trunc'], {signal, what: 'Looking for base images'});
	// `null` where there is no image at all.
	const images = (JSON.parse(stdout.trim() || '[]') ?? []) as {names?: string[]; size?: string}[];
	return images.flatMap(({names = [], size = ''}) =>
		names
			.filter(name => name.startsWith(`${repository}:`))
			.map(name => ({
				title: `Rehearsal base image ${name}`,
				bytes: bytesOfSize(size),
				remove: () => removeImageName({host, signal}, name),
			})),
	);
};

const referenceOf = (base: Base) => `${repository}:${nameOfBase(base)}`;

const hasImage = async (c: StepContext, reference: string) => (await imageIdOf(c, reference)) !== undefined;

async function importTar(c: StepContext, base: Base) {
	const {host, signal, report} = c;
	const container = `edge-builder-base-${c.run.id}`;
	const options = {
		signal,
		env: {TMPDIR: c.run.temporary},
		what: 'Importing the base image',
		onLines: (text: string, stream: 'out' | 'err') => report.log({stream, text}),
	};
	report.note(`importing the base image as ${referenceOf(base)}`);
	const remove = await startContainer(c, container, ['scratch'], options);
	await confinedBuildah(host, ['add', '--quiet', container, baseTar(c, base), '/'], options);
	// The same tar gives the same image: the date is part of its id. Another run may have been faster.
	await namingAlone(c, async () => {
		if (await hasImage(c, referenceOf(base))) return;
		await confinedBuildah(host, ['commit', '--quiet', '--timestamp', '0', container, referenceOf(base)], options);
	});
	await remove();
}

// Only names go; layers that a provider image still needs stay with it.
async function pruneImages(c: StepContext, {week}: Base) {
	const {host, signal, report} = c;
	const {stdout} = await buildah(host, ['images', '--format', '{{.Name}}:{{.Tag}}'], {
		signal,
		what: 'Looking for old base images',
	});
	for (const reference of stdout.split('\n').filter(line => line.startsWith(`${repository}:`))) {
		if (Number(reference.split('-').at(-1)) >= week) continue;
		try {
			await removeImageName(c, reference);
			report.note(`removed ${reference}: it is from an earlier week`);
		} catch (error) {
			// Somebody's container keeps it; a later week looks again.
			if (!(error instanceof ToolError)) throw error;
			report.note(`kept ${reference} of an earlier week: ${error.message}`);
		}
	}
}
