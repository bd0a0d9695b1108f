import {ownCommand} from '../own-command.ts';
import {compareVersions} from '../text/versions.ts';

/** A stretch of CanvOS releases with the same base. */
type CanvosLine = {from: string; to: string; kairos: string; isoTool: string; remarks: string};

/** Read from the Earthfile of every release tag. */
const canvosLines: readonly CanvosLine[] = [
	{from: 'v4.5.3', to: 'v4.7.11', kairos: 'v3.1.3', isoTool: 'osbuilder 0.300', remarks: 'boot menu with two entries'},
	{
		from: 'v4.7.13',
		to: 'v4.8.5',
		kairos: 'v3.5.3',
		isoTool: 'osbuilder 0.400.3',
		remarks: 'boot menu with two entries',
	},
	{
		from: 'v4.8.8',
		to: 'v4.8.26',
		kairos: 'v3.5.9',
		isoTool: 'osbuilder 0.400.3',
		remarks: 'interactive installer in the boot menu',
	},
	{from: 'v4.9.0', to: 'v4.9.20', kairos: 'v4.0.3', isoTool: 'osbuilder 0.400.3', remarks: 'cgroup v2 from v4.9.10 on'},
	{
		from: 'v4.9.21',
		to: 'v4.10.0',
		kairos: 'v4.0.4',
		isoTool: 'osbuilder 0.400.3',
		remarks: 'kernel headers survive mirror rotation from v4.9.23 on',
	},
];

/** The line that a release tag belongs to; undefined for branches, commits and releases that came later. */
export const canvosLine = (ref: string) =>
	canvosLines.find(({from, to}) => compareVersions(ref, from) >= 0 && compareVersions(ref, to) <= 0);

// Release tags whose Earthfile names another version than the tag.
const otherVersions: Readonly<Record<string, string>> = {
	'v4.7.17': 'v4.7.16',
	'v4.7.18': 'v4.7.17',
	'v4.9.0': 'v4.9.7',
	'v4.10.0': 'v4.9.21',
};

/** `PE_VERSION` of a release tag's Earthfile as far as it is known; undefined for branches, commits and later releases. */
export const knownPeVersion = (ref: string): string | undefined =>
	canvosLine(ref) ? (otherVersions[ref] ?? ref) : undefined;

/** Whether `ref` is a release tag before `release`; false for branches and commits. */
export const isBefore = (ref: string, release: string) => compareVersions(ref, release) < 0;

/** Whether `ref` is `release`, a later release tag, or the main branch. */
export const isAtLeast = (ref: string, release: string) => ref === 'main' || compareVersions(ref, release) >= 0;

/** The first release that the overlay was tried with. */
export const firstRelease = 'v4.5.3';

/** Where to look for another one. */
export const supportedReleasesHint = `Choose a release from ${firstRelease} on with CANVOS_REF; ${ownCommand('setup --check-release all')} lists them.`;

/**
 * Why a release cannot be built, in one sentence; undefined where it can, or where that isn't known: a branch or commit is
 * of the version that its Earthfile has as `PE_VERSION`.
 */
export function releaseProblem(ref: string, earthfilePeVersion?: string): string | undefined {
	const isTag = !Number.isNaN(compareVersions(ref, firstRelease));
	const version = isTag ? ref : earthfilePeVersion;
	if (version === undefined) return undefined;
	const named = isTag ? ref : `${ref}, which is of ${version},`;
	if (isBefore(version, firstRelease))
		return `CanvOS ${named} is older than ${firstRelease}, the first release that edge-builder builds`;
	return compareVersions(version, 'v5.0.0-0') >= 0
		? `CanvOS ${named} is of a generation that edge-builder does not know: it builds ${firstRelease} and what followed up to v4.x`
		: undefined;
}
