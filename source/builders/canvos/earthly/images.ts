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
