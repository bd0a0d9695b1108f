import {createTwoFilesPatch} from 'diff';
import {FixableError} from '../../../errors.ts';
import {ownCommand} from '../../../own-command.ts';
import type {GitContext} from '../source/git.ts';
import {type Repository, readFiles} from '../source/repository.ts';
import {applyEdits, type Files, type Misfit, misfitLine} from './apply-edits.ts';
import {liveMenu, liveMenuChange} from './live-boot-arguments.ts';
import {type Edit, readEdits} from './read-edits.ts';

/**
 * The files of a release that the overlay changes, as they become.
 * @throws {FixableError} naming every anchor that isn't there exactly once; nothing is changed then
 */
export function changedFiles(files: Files, edits: readonly Edit[], release: string): Record<string, string> {
	const result = applyEdits(files, edits);
	if ('changed' in result) return result.changed;
	throw new FixableError(
		'overlay-misfit',
		[`The overlay does not fit CanvOS ${release}:`, ...result.misfits.map(misfit => `  ${misfitLine(misfit)}`)].join(
			'\n',
		),
		{
			hint: `See which releases it fits with ${ownCommand('setup --check-release all')}, and choose one with CANVOS_REF.`,
		},
	);
}

/** What the overlay changes in a release's own files, as a unified diff. */
export async function overlayDiff(
	c: GitContext,
	{
		repository,
		commit,
		release,
		overlayFolder,
	}: {repository: Repository; commit: string; release: string; overlayFolder: string},
): Promise<string> {
	const edits = await readEdits(c.host, overlayFolder);
	const files = (await filesOf(c, repository, [commit], [...pathsOf(edits), liveMenu]))[0] ?? {};
	return Object.entries({...changedFiles(files, edits, release), ...liveMenuChange(files)})
		.map(([path, text]) =>
			createTwoFilesPatch(`a/${path}`, `b/${path}`, files[path] ?? '', text, undefined, undefined, {
				context: 3,
				headerOptions: {includeIndex: false, includeUnderline: false, includeFileHeaders: true},
			}),
		)
		.join('');
}

export type ReleaseFit = {release: string; misfits: readonly Misfit[]};

/** Whether the overlay fits each of these tags, branches or commits of a repository. */
export async function checkReleases(
	c: GitContext,
	{repository, releases, overlayFolder}: {repository: Repository; releases: readonly string[]; overlayFolder: string},
): Promise<ReleaseFit[]> {
	const edits = await readEdits(c.host, overlayFolder);
	const all = await filesOf(c, repository, releases, pathsOf(edits));
	return releases.map((release, index) => {
		const result = applyEdits(all[index] ?? {}, edits);
		return {release, misfits: 'misfits' in result ? result.misfits : []};
	});
}

const pathsOf = (edits: readonly Edit[]) => [...new Set(edits.map(({file}) => file))];

async function filesOf(
	c: GitContext,
	repository: Repository,
	revisions: readonly string[],
	paths: readonly string[],
): Promise<Files[]> {
	const texts = await readFiles(
		c,
		repository,
		revisions.flatMap(revision => paths.map(path => `${revision}:${path}`)),
	);
	return revisions.map((_, row) =>
		Object.fromEntries(paths.map((path, column) => [path, texts[row * paths.length + column]])),
	);
}
