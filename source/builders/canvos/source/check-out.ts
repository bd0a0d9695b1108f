import {FixableError, ToolError} from '../../../errors.ts';
import {ownCommand} from '../../../own-command.ts';
import {explainGit, isOfThisMachine} from './fetch-problems.ts';
import {type GitContext, git} from './git.ts';
import {type Repository, tagsAt} from './repository.ts';

/**
 * Makes a source tree of one commit: a repository of its own, with that commit and its tags only. It can be thrown away
 * without a trace elsewhere; earthly.sh and Earthly find the git data they look for (a worktree or a shared clone would
 * point to folders that containers don't see); and `git diff` in a kept tree shows the overlay.
 * @throws {FixableError} when the repository lacks objects of that commit
 */
export async function checkOut(
	c: GitContext,
	{repository, commit}: {repository: Repository; commit: string},
	tree: string,
): Promise<void> {
	const tags = (await tagsAt(c, repository, commit)).map(tag => `+refs/tags/${tag}:refs/tags/${tag}`);
	const what = `Checking out CanvOS ${commit.slice(0, 12)}`;
	await c.host.files.makeFolder(tree);
	try {
		await git(c, ['init', '--quiet', '--template=', tree], {what});
		await git(c, ['-C', tree, 'fetch', '--quiet', '--depth=1', '--no-tags', '--', repository, commit, ...tags], {what});
		await git(c, ['-C', tree, 'checkout', '--quiet', '--detach', commit], {what});
	} catch (error) {
		const explained = explainGit(error, {address: repository, shown: repository});
		if (!(error instanceof ToolError) || isOfThisMachine(explained)) throw explained;
		throw new FixableError(
			'canvos-source-damaged',
			`CanvOS ${commit.slice(0, 12)} could not be checked out from ${repository}`,
			{
				hint: `Objects may be missing: remove that cache (${ownCommand('clean cache')}) and run again. git said: ${error.lastLines.at(-1) ?? error.message}`,
				cause: error,
			},
		);
	}
	// Modes go into the image; the caller's umask must not.
	await c.host.run({program: 'chmod', args: ['-R', 'u=rwX,go=rX', '--', tree], what, signal: c.signal});
}
