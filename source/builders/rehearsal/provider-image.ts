import {FixableError, ToolError} from '../../errors.ts';
import type {Json} from '../../pipeline/events.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {readAptSources} from './apt-sources.ts';
import {ensureBaseImage} from './base-image.ts';
import {baseName, wantedBase} from './base-tar.ts';
import {createBuildOutput} from './build-output.ts';
import {buildah, confinedBuildah} from './buildah.ts';
import {neededDistribution} from './distribution.ts';
import {images} from './images.ts';
import {sourceInputs} from './source-tree.ts';

/** What the provider image depends on: base, build context, names. */
export const imageInputs = async (c: StepContext): Promise<Json> => ({
	base: baseName(await wantedBase(c)),
	source: await sourceInputs(c),
	reference: c.names.providerImage,
});

/** Builds the provider image with buildah, without a daemon, as root or as an ordinary user. */
export const buildProviderImage = async (c: StepContext): Promise<void> => {
	const {host, names, report, signal} = c;
	const base = await ensureBaseImage(c);
	const before = await images.inspect(c, names.providerImage);
	const clean = await expectWorkingContainer(c, base);
	const output = createBuildOutput(report, host.now);
	const {proxies} = await readAptSources(host, neededDistribution(host.machine.os), signal);
	const env = proxyEnv(c, proxies);
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
				'--build-arg',
				`BASE=${base}`,
				// Without a value buildah takes it from the environment, where other users can't see a password in it.
				...Object.keys(env).flatMap(name => ['--build-arg', name]),
				'--label',
				'edge-builder.rehearsal=true',
				'--tag',
				names.providerImage,
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
		output.end('done');
	} catch (error) {
		output.end(signal.aborted ? 'cancelled' : 'failed');
		const said = output.said();
		if (!(error instanceof ToolError) || said === undefined) throw error;
		throw new FixableError('image-step', said.message, {hint: said.hint, cause: error});
	} finally {
		await clean();
	}
	await removeReplaced(c, before?.id);
};

const proxyEnv = ({settings}: StepContext, fromApt: Readonly<Record<string, string>>) => {
	const env: Record<string, string> = {...fromApt};
	if (settings.httpProxy) env.http_proxy = settings.httpProxy;
	if (settings.httpsProxy) env.https_proxy = settings.httpsProxy;
	if (settings.noProxy) env.no_proxy = settings.noProxy;
	return env;
};

// buildah names its container after the base image, with a number when the name is taken.
const expectWorkingContainer = async (c: StepContext, base: string) => {
	const stem = `${base.replace(/^.*\//, '').replace(/:.*$/, '')}-working-container`;
	const taken = await containerNames(c);
	let name = stem;
	for (let number = 1; taken.includes(name); number++) name = `${stem}-${number}`;
	const forget = c.host.journal.record({kind: 'buildah-container', name});
	return c.cleanup.add('the build container', async () => {
		if ((await containerNames(c)).includes(name)) {
			await buildah(c.host, ['rm', name], {what: 'Removing the build container'});
		}
		forget();
	});
};

const containerNames = async ({host}: StepContext): Promise<string[]> => {
	const {stdout} = await buildah(host, ['containers', '--format', '{{.ContainerName}}'], {
		what: 'Listing build containers',
	});
	return stdout.split('\n').filter(Boolean);
};

// The image that had this name before has none now; one that was given another name keeps it.
const removeReplaced = async (c: StepContext, id: string | undefined) => {
	if (id === undefined) return;
	const {stdout} = await buildah(c.host, ['images', '--filter', 'dangling=true', '--no-trunc', '--format', '{{.ID}}'], {
		signal: c.signal,
		what: 'Looking for the replaced image',
	});
	const hex = id.replace(/^sha256:/, '');
	if (!stdout.split('\n').some(line => line.replace(/^sha256:/, '') === hex)) return;
	await buildah(c.host, ['rmi', hex], {signal: c.signal, exitCodes: [0, 1, 125], what: 'Removing the replaced image'});
	c.report.note(`removed the image that was named ${c.names.providerImage} before`);
};
