import {firstRelease, isAtLeast} from '../../../compatibility/canvos-release-lines.ts';
import {compareVersions} from '../../../text/versions.ts';

/** Where something is known from without network: the last fetch, or the list that comes with the program. */
export type Origin = 'cache' | 'shipped';

/** Tags of the form vX.Y.Z from the first release on that the overlay was tried with, newest first. */
export const releasesAmong = (tags: readonly string[]): string[] =>
	tags
		.filter(tag => /^v\d+\.\d+\.\d+$/.test(tag) && isAtLeast(tag, firstRelease))
		.toSorted((a, b) => compareVersions(b, a));

/** Release tags of CanvOS that the overlay fits, oldest first; for when the repository can't be asked. */
export const shippedReleases: readonly string[] = (
	'v4.5.3 v4.5.5 v4.5.7 v4.5.8 v4.5.9 v4.5.10 v4.5.11 v4.5.14 v4.5.15 v4.6.3 v4.6.4 v4.6.5 v4.6.9 ' +
	'v4.6.12 v4.6.16 v4.6.17 v4.6.18 v4.6.20 v4.6.21 v4.6.24 v4.7.2 v4.7.3 v4.7.4 v4.7.9 v4.7.11 v4.7.13 ' +
	'v4.7.14 v4.7.16 v4.7.17 v4.7.18 v4.7.21 v4.8.1 v4.8.3 v4.8.5 v4.8.8 v4.8.10 v4.8.11 v4.8.12 v4.8.14 ' +
	'v4.8.15 v4.8.18 v4.8.20 v4.8.21 v4.8.26 v4.9.0 v4.9.4 v4.9.6 v4.9.7 v4.9.10 v4.9.13 v4.9.14 v4.9.15 ' +
	'v4.9.16 v4.9.17 v4.9.18 v4.9.19 v4.9.20 v4.9.21 v4.9.22 v4.9.23 v4.9.25 v4.9.26 v4.9.27 v4.9.29 ' +
	'v4.9.31 v4.9.32 v4.9.33 v4.9.34 v4.9.35 v4.9.36 v4.9.37 v4.9.38 v4.10.0'
).split(' ');
