import {join} from 'node:path';
import {ToolError} from '../../../errors.ts';
import {linesOf} from '../../../text/lines.ts';
import {type GitContext, git} from './git.ts';

/** A bare repository: absolute path of its git directory. */
export type Repository = string;

export type FoundCommit = {commit: string; kind: 'tag' | 'branch' | 'commit'};

/** The commit that a tag, a branch or a (shortened) commit id names, looked for in that order. */
export async function findCommit(c: GitContext, repository: Repository, ref: string): Promise<FoundCommit | undefined> {
	if (!(await isRepository(c, repository))) return undefined;
	const candidates = [
		{kind: 'tag' as const, name: `refs/tags/${ref}`},
		{kind: 'branch' as const, name: `refs/heads/${ref}`},
		...(/^[0-9a-f]{7,40}$/.test(ref) ? [{kind: 'commit' as const, name: ref}] : []),
	];
	const {stdout} = await git(c, ['--git-dir', repository, 'cat-file', '--batch-check=%(objectname) %(objecttype)'], {
		input: candidates.map(({name}) => `${name}^{commit}\n`).join(''),
		what: `Looking for ${ref}`,
	});
	const answers = stdout.split('\n');
	for (const [index, {kind}] of candidates.entries()) {
		const [, commit] = /^([0-9a-f]{40,64}) commit$/.exec(answers[index] ?? '') ?? [];
		if (commit !== undefined) return {commit, kind};
	}
	return undefined;
}

// Between the making of the folder and the end of `git init` it is none yet.
const isRepository = async ({host: {files}}: GitContext, repository: Repository) =>
	(await files.exists(join(repository, 'HEAD'))) && (await files.exists(join(repository, 'objects')));

/**
 * Texts of many files in one go, each named `REVISION:path`; undefined for what isn't there.
 * @throws {ToolError} when git cannot read the repository
 */
export async function readFiles(
	c: GitContext,
	repository: Repository,
	names: readonly string[],
): Promise<(string | undefined)[]> {
	const pieces: Uint8Array[] = [];
	await git(c, ['--git-dir', repository, 'cat-file', '--batch=%(objecttype) %(objectsize)'], {
		input: names.map(name => `${name}\n`).join(''),
		onBytes: bytes => pieces.push(bytes),
		what: 'Reading CanvOS',
	});
	return parseBatch(Buffer.concat(pieces), names.length);
}

// For each name "blob SIZE", a line feed, the bytes, a line feed; or one line that ends in "missing".
function parseBatch(output: Buffer, count: number): (string | undefined)[] {
	const texts: (string | undefined)[] = [];
	let at = 0;
	while (texts.length < count) {
		const end = output.indexOf('\n', at);
		if (end < 0) throw new ToolError('git', 'git cat-file ended before it had answered');
		const [, size] = /^blob (\d+)$/.exec(output.toString('utf8', at, end)) ?? [];
		at = end + 1;
		texts.push(size === undefined ? undefined : output.toString('utf8', at, at + Number(size)));
		if (size !== undefined) at += Number(size) + 1;
	}
	return texts;
}

/** Paths of the files below a folder at a commit. */
export async function filesAt(
	c: GitContext,
	repository: Repository,
	commit: string,
	folder: string,
): Promise<string[]> {
	const args = ['--git-dir', repository, 'ls-tree', '-r', '-z', '--name-only', commit, '--', `${folder}/`];
	const {stdout} = await git(c, args);
	return stdout.split('\0').filter(Boolean);
}

/** Names of all tags, without `refs/tags/`. */
export async function tagsOf(c: GitContext, repository: Repository): Promise<string[]> {
	if (!(await isRepository(c, repository))) return [];
	const {stdout} = await git(c, ['--git-dir', repository, 'for-each-ref', '--format=%(refname:lstrip=2)', 'refs/tags']);
	return linesOf(stdout);
}

/** Names of the tags at a commit. */
export async function tagsAt(c: GitContext, repository: Repository, commit: string): Promise<string[]> {
	const {stdout} = await git(c, ['--git-dir', repository, 'tag', '--points-at', commit]);
	return linesOf(stdout);
}
