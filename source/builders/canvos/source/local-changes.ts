import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {isBelow} from '../../../host/files.ts';
import type {Host} from '../../../host/host.ts';
import type {Workspace} from '../../../pipeline/workspace.ts';
import {explainGit} from './fetch-problems.ts';
import {git} from './git.ts';
import {type SourceContext, sourceFolder} from './repository-address.ts';

/** A file of a work tree that is not as the commit has it. */
type LocalChange = {path: string; kind: 'file' | 'program' | 'link' | 'gone'};

/** What differs in somebody's clone of CanvOS from the commit that is checked out there. */
export type LocalChanges = {
	/** Absolute path of the clone. */
	clone: string;
	head: string;
	/** Undefined where no branch is checked out. */
	branch: string | undefined;
	/** Tracked files that changed, and new ones that git doesn't ignore, in the order of their paths. */
	files: readonly LocalChange[];
};

/**
 * The local changes where CanvOS comes from a clone of this machine; undefined for other sources. The clone is only read.
 * @throws {FixableError} when git refuses to read it
 */
export async function localChanges(c: SourceContext): Promise<LocalChanges | undefined> {
	const clone = sourceFolder(c);
	if (clone === undefined || !(await c.host.files.exists(join(clone, '.git')))) return undefined;
	try {
		const [head, branch] = await Promise.all([
			ask(c, clone, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
			ask(c, clone, ['symbolic-ref', '--quiet', '--short', 'HEAD']),
		]);
		if (head === '') return undefined;
		const [tracked, others] = await Promise.all([
			// Unlike diff it compares without writing down what it learned of the files.
			ask(c, clone, ['status', '--porcelain', '--untracked-files=no', '--no-renames', '--ignore-submodules=all', '-z']),
			ask(c, clone, ['ls-files', '--others', '--exclude-standard', '-z']),
		]);
		const changed = await Promise.all(
			names(tracked)
				.filter(entry => !entry.startsWith('AD'))
				.map(entry => changeAt(c.host, clone, entry.slice(stateLetters))),
		);
		const added = await Promise.all(
			names(others)
				.filter(path => !isOurs(join(clone, path), c.workspace))
				.map(path => changeAt(c.host, clone, path)),
		);
		const files = [...changed, ...added.filter(({kind}) => kind !== 'gone')];
		files.sort((a, b) => (a.path < b.path ? -1 : 1));
		return {clone, head: head.trim(), branch: branch.trim() || undefined, files};
	} catch (error) {
		throw explainGit(error, {address: clone, shown: clone});
	}
}

/** Before each path: its state in the index, its state in the folder (`AD`: added and gone again), a blank. */
const stateLetters = 3;

/** The commit that a tag, branch or commit id names in the clone itself; undefined where it names none. */
export async function commitInClone(c: SourceContext, clone: string): Promise<string | undefined> {
	const ref = c.settings.canvosRef;
	for (const name of [`refs/tags/${ref}`, `refs/heads/${ref}`, ...(/^[0-9a-f]{7,40}$/.test(ref) ? [ref] : [])]) {
		const found = await ask(c, clone, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
		if (found !== '') return found.trim();
	}
	return undefined;
}

/** Which of these paths are under version control in the clone. */
export const trackedAmong = async (
	c: SourceContext,
	clone: string,
	paths: readonly string[],
): Promise<ReadonlySet<string>> =>
	new Set(
		paths.length === 0
			? []
			: names(await ask(c, clone, ['ls-files', '-z', '--', ...paths.map(path => `:(literal)${path}`)])),
	);

/** What the result of a build with these changes depends on, by path; no word of any file. */
export const hashesOf = async (
	{host, signal}: SourceContext,
	{clone, files}: LocalChanges,
): Promise<Record<string, string>> =>
	Object.fromEntries(
		await Promise.all(
			files.map(async ({path, kind}) => {
				const at = join(clone, path);
				if (kind === 'gone') return [path, kind] as const;
				const content =
					kind === 'link' ? sha256((await host.files.readLink(at)) ?? '') : await host.files.sha256(at, {signal});
				return [path, `${kind} ${content}`] as const;
			}),
		),
	);

// Git may refresh its index while it looks, which would be a write into the clone.
async function ask(c: SourceContext, clone: string, args: string[]): Promise<string> {
	const {stdout} = await git(c, ['-C', clone, ...args], {
		env: {GIT_OPTIONAL_LOCKS: '0'},
		exitCodes: [0, 1],
		what: `Reading ${clone}`,
	});
	return stdout;
}

const names = (output: string) => output.split('\0').filter(Boolean);

// A folder stands where a file was, or holds a repository of its own: neither is a file of CanvOS.
async function changeAt({files}: Host, clone: string, path: string): Promise<LocalChange> {
	const info = await files.info(join(clone, path));
	if (info?.kind === 'link') return {path, kind: 'link'};
	if (info?.kind !== 'file') return {path, kind: 'gone'};
	return {path, kind: (info.mode & 0o100) === 0 ? 'file' : 'program'};
}

// Somebody may work in the clone itself, which then has our folders in it.
const isOurs = (path: string, {build, redist, presets, root}: Workspace) =>
	[build, redist, presets].some(folder => isBelow(path, folder)) || path === join(root, 'firmware.lock.yaml');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
