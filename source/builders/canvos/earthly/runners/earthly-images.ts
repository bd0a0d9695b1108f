import type {StepContext} from '../../../../pipeline/step.ts';

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

/** The first of them, pulled where it isn't here yet. */
export async function ensureEarthlyImage({host, signal, settings, report}: StepContext): Promise<string> {
	const image = earthlyImage(settings);
	const {exitCode} = await host.run({
		program: 'docker',
		args: ['image', 'inspect', '--format', '{{.Id}}', image],
		exitCodes: [0, 1],
		signal,
	});
	if (exitCode === 0) return image;
	const onLines = (text: string) => report.log({stream: 'out', text});
	await host.run({program: 'docker', args: ['pull', image], what: `Pulling ${image}`, onLines, signal});
	return image;
}
