import {FixableError, ToolError} from '../../../../errors.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import {mirroredNames, mirrorsOf} from '../../docker/registries.ts';

/** Release of Earthly that every CanvOS release since v4.5.3 pins. */
const earthlyVersion = 'v0.8.15';

const repository = (spectroPubRepo: string) =>
	`${spectroPubRepo || 'us-docker.pkg.dev/palette-images'}/third-party/edge/earthly`;

/** The image with the `earthly` program (and an own BuildKit, for the container runner). */
export const earthlyImage = (settings: {spectroPubRepo: string}) =>
	`${repository(settings.spectroPubRepo)}/earthly:${earthlyVersion}`;

/** The image of the BuildKit that Earthly keeps for the managed runner. */
export const buildkitImage = (settings: {spectroPubRepo: string}) =>
	`${repository(settings.spectroPubRepo)}/buildkitd:${earthlyVersion}`;

/** Image that CanvOS's own script starts first, to see whether privileged containers are allowed. */
export const scriptProbeImage = ({spectroPubRepo}: {spectroPubRepo: string}) =>
	`${spectroPubRepo || 'us-docker.pkg.dev/palette-images'}/edge/canvos/alpine:3.20`;

/**
 * Has an image in Docker under that name. It is pulled where it isn't there yet, from the mirrors of its registry first:
 * they are BuildKit's affair, which Docker knows nothing of.
 * @throws {ToolError} where it can't be pulled; {FixableError} with what each place said, where there are mirrors
 */
export async function ensureImage(c: StepContext, image: string): Promise<void> {
	const {host, signal, settings, report} = c;
	const docker = (args: readonly string[]) => host.run({program: 'docker', args, exitCodes: [0, 1], signal});
	if ((await docker(['image', 'inspect', '--format', '{{.Id}}', image])).exitCode === 0) return;
	const problems: string[] = [];
	for (const from of mirroredNames(image, mirrorsOf(settings.registryMirrors))) {
		try {
			await pull(c, from);
			await host.run({program: 'docker', args: ['tag', from, image], what: `Naming ${image}`, signal});
			await docker(['image', 'rm', from]);
			return;
		} catch (error) {
			problems.push(wordsOf(error));
			report.note(`${from} could not be pulled: ${problems.at(-1)}`);
		}
	}
	try {
		await pull(c, image);
	} catch (error) {
		if (problems.length === 0) throw error;
		throw new FixableError('image-pull', `No place has ${image}: ${[...problems, wordsOf(error)].join('; ')}`, {
			hint: `Docker itself pulls this image: a mirror without TLS must be among its "insecure-registries", and a private CA in /etc/docker/certs.d/HOST/ca.crt. Or bring it by \`docker load\` under that name.`,
			exit: 'host',
		});
	}
}

const pull = ({host, signal, report}: StepContext, image: string) =>
	host.run({
		program: 'docker',
		args: ['pull', image],
		what: `Pulling ${image}`,
		onLines: text => report.log({stream: 'out', text}),
		signal,
	});

/** Docker's own; anything but a failure of Docker goes on. */
function wordsOf(error: unknown): string {
	if (!(error instanceof ToolError)) throw error;
	return error.lastLines.at(-1) ?? error.message;
}
