import {FixableError, ToolError} from '../../errors.ts';
import type {Json} from '../../pipeline/events.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {ownName} from '../image-store.ts';
import {proxyEnvironment, readAptSources} from './apt-sources.ts';
import {ensureBaseImage} from './base-image.ts';
import {nameOfBase, wantedBase} from './base-tar.ts';
import {sourceInputs} from './build-context.ts';
import {buildah, confinedBuildah, limitOptions, orMissing} from './buildah.ts';
import {removeBuildContainer} from './buildah-containers.ts';
import {createBuildOutput} from './buildah-output.ts';
import {nameImage, removeLeftImageName} from './image-names.ts';
import {images} from './image-store.ts';
import {neededDistribution} from './supported-distributions.ts';

/** What the provider image depends on: base, build context, names. */
export async function imageInputs(c: StepContext): Promise<Json> {
	return {
		base: nameOfBase(await wantedBase(c)),
		source: await sourceInputs(c),
		reference: c.names.providerImage,
	};
}

/** Builds the provider image with buildah, without a daemon, as root or as an ordinary user. */
export async function buildProviderImage(c: StepContext): Promise<void> {
	const {host, names, report, signal} = c;
	const base = await ensureBaseImage(c);
	const before = await images.inspect(c, names.providerImage);
	const own = await nameBaseForThisRun(c, base);
	const output = createBuildOutput(report);
	const sources = await readAptSources(host, neededDistribution(host.machine.os), signal);
	const env = proxyEnvironment(c.settings, sources);
	try {
		await confinedBuildah(
			host,
			[
				'bud',
				// One container and one layer: a killed build leaves one container with a known name, a finished one no
				// intermediate images. Steps with bind mounts could not be cached safely anyway: buildah before 1.36
				// doesn't look at what is mounted.
				'--layers=false',
				'--isolation=chroot',
				'--network=host',
				'--pull-never',
				...limitOptions(host),
				'--build-arg',
				`BASE=${own.reference}`,
				// Without a value buildah takes it from the environment, where other users can't see a password in it.
				...Object.keys(env).flatMap(name => ['--build-arg', name]),
				'--label',
				'edge-builder.rehearsal=true',
				'--tag',
				ownName(c.workspace, names.providerImage),
				c.run.tree,
			],
			{
				signal,
				env: {...env, TMPDIR: c.run.temporary},
				onLines(text, stream) {
					report.log({stream, text});
					output.lines(text);
				},
				what: 'Building the provider image',
			},
		);
		await nameImage(c, ownName(c.workspace, names.providerImage), names.providerImage);
		output.end('done');
	} catch (error) {
		output.end(signal.aborted ? 'cancelled' : 'failed');
		const said = output.said();
		if (!(error instanceof ToolError) || said === undefined) throw error;
		throw new FixableError('image-step', said.message, {hint: said.hint, cause: error});
	} finally {
		await own.remove();
	}
	await removeReplaced(c, before?.foreign ? undefined : before?.id);
}

/**
 * Gives the base image a name of this run's own: buildah names its container after it, so that two builds of the same base
 * don't take each other's.
 */
async function nameBaseForThisRun(c: StepContext, base: string) {
	const {host, cleanup} = c;
	const name = `edge-builder-${host.journal.mark}`;
	const reference = `localhost/${name}:base`;
	const container = `${name}-working-container`;
	const forgetImage = host.journal.record({kind: 'buildah-image', name: reference});
	const forgetContainer = host.journal.record({kind: 'buildah-container', name: container});
	const remove = cleanup.add('the build container', async () => {
		await removeBuildContainer(host, container);
		forgetContainer();
		await removeLeftImageName(host, reference);
		forgetImage();
	});
	await nameImage(c, base, reference);
	return {reference, remove};
}

// The image that had this name before has none now; one that was given another name keeps it.
async function removeReplaced(c: StepContext, id: string | undefined) {
	if (id === undefined) return;
	const {stdout} = await buildah(c.host, ['images', '--filter', 'dangling=true', '--no-trunc', '--format', '{{.ID}}'], {
		signal: c.signal,
		what: 'Looking for the replaced image',
	});
	const hex = id.replace(/^sha256:/, '');
	if (!stdout.split('\n').some(line => line.replace(/^sha256:/, '') === hex)) return;
	await buildah(c.host, ['rmi', hex], {signal: c.signal, exitCodes: orMissing, what: 'Removing the replaced image'});
	c.report.note(`removed the image that was named ${c.names.providerImage} before`);
}
