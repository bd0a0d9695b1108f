import type {Settings} from '../../../settings/settings.ts';
import {cacheOf} from '../source/cache.ts';
import {commitInClone, type LocalChanges, localChanges, trackedAmong} from '../source/local-changes.ts';
import {findCommit} from '../source/repository.ts';
import type {SourceContext} from '../source/repository-address.ts';
import type {OwnFile} from './own-file.ts';
import {ownFiles, ownFilesOfClone} from './own-files.ts';

/** What a build takes beside a commit of CanvOS: files of one's own, and changes of a local clone. */
export type BuildInputs = {
	files: readonly OwnFile[];
	/** Of a local clone whose commit is built; absent where nothing differs. */
	changes?: LocalChanges;
	/** Of a local clone that has another commit checked out: they are not built. `ownFiles` are the names of what git ignores. */
	left?: {changes: LocalChanges; ownFiles: readonly string[]};
};

/** Looks for them. `commit` is the one that is built. */
export async function buildInputs(c: SourceContext & {settings: Settings}, commit: string): Promise<BuildInputs> {
	const [here, found] = await Promise.all([ownFiles(c), localChanges(c)]);
	if (!found) return {files: here};
	const candidates = await ownFilesOfClone(c, found.clone, here);
	const tracked = await trackedAmong(
		c,
		found.clone,
		candidates.map(({to}) => to),
	);
	const there = candidates.filter(({to}) => !tracked.has(to));
	if (found.head !== commit) {
		const isAny = found.files.length + there.length > 0;
		return {files: here, ...(isAny && {left: {changes: found, ownFiles: there.map(({to}) => to)}})};
	}
	const files = [...here, ...there];
	const own = new Set(files.map(({to}) => to));
	const changes = {...found, files: found.files.filter(({path}) => !own.has(path))};
	return {files, ...(changes.files.length > 0 && {changes})};
}

/** The same before anything is fetched; undefined while it isn't known what will be built. */
export async function expectedInputs(c: SourceContext & {settings: Settings}): Promise<BuildInputs | undefined> {
	const found = await localChanges(c);
	if (!found) return undefined;
	const cached = await findCommit(c, cacheOf(c), c.settings.canvosRef);
	const commit = cached && cached.kind !== 'branch' ? cached.commit : await commitInClone(c, found.clone);
	return commit === undefined ? undefined : buildInputs(c, commit);
}
