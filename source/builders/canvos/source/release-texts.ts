import {join} from 'node:path';
import {localChanges} from './local-changes.ts';
import {type Repository, readFiles} from './repository.ts';
import type {SourceContext} from './repository-address.ts';

/**
 * Texts of a commit's files as they will be built: with the changes of a local clone that has it checked out. Undefined
 * for files that there are not.
 */
export async function releaseTexts(
	c: SourceContext,
	{repository, commit}: {repository: Repository; commit: string},
	paths: readonly string[],
): Promise<(string | undefined)[]> {
	const texts = await readFiles(
		c,
		repository,
		paths.map(path => `${commit}:${path}`),
	);
	// Whatever keeps git from looking is told by the build itself.
	const changes = await localChanges(c).catch(() => undefined);
	if (changes?.head !== commit) return texts;
	return Promise.all(
		paths.map(async (path, index) => {
			const change = changes.files.find(one => one.path === path);
			if (!change) return texts[index];
			return change.kind === 'gone' ? undefined : c.host.files.readText(join(changes.clone, path));
		}),
	);
}
