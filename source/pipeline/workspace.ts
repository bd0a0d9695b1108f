import {join} from 'node:path';

/** Absolute paths of a workspace: the folder a person works in (the current one unless `--workspace`). */
export type Workspace = {
	root: string;
	/** ISO, checksum and profile; also `runs/`, `cache/` and `state/`. */
	build: string;
	runs: string;
	/** Rehearsal base images, the bare CanvOS repository: safe to delete, costly to make again. */
	cache: string;
	/** Lock, journals of what a run leaves behind while it runs, receipts, drafts. */
	state: string;
	redist: string;
	presets: string;
};

/** Absolute paths of one run. */
export type RunFolder = {
	id: string;
	folder: string;
	events: string;
	manifest: string;
	logs: string;
	/** The temporary folder of this run: inside the workspace, removed when the run ends. */
	temporary: string;
	/** Source tree of this run, inside `temporary`. */
	tree: string;
};

/** Paths of the workspace at `root` (absolute). */
export function workspaceAt(root: string): Workspace {
	const build = join(root, 'build');
	return {
		root,
		build,
		runs: join(build, 'runs'),
		cache: join(build, 'cache'),
		state: join(build, 'state'),
		redist: join(root, 'redist'),
		presets: join(root, 'presets'),
	};
}

/** Paths of the run `id` in that workspace. */
export function runFolderOf(workspace: Workspace, id: string): RunFolder {
	const folder = join(workspace.runs, id);
	const temporary = join(workspace.state, 'temporary', id);
	return {
		id,
		folder,
		events: join(folder, 'events.ndjson'),
		manifest: join(folder, 'run.json'),
		logs: join(folder, 'logs'),
		temporary,
		tree: join(temporary, 'tree'),
	};
}

/** What `edge-builder clean` can remove. */
export const cleanable = ['artifacts', 'images', 'firmware', 'trees', 'cache', 'runs', 'deleted-presets'] as const;
export type Cleanable = (typeof cleanable)[number];

/** The lock file of a workspace. */
export const workspaceLock = (workspace: Workspace) => join(workspace.state, 'lock.json');

/** Folder of the journals of a workspace. */
export const journalsOf = (workspace: Workspace) => join(workspace.state, 'journal');

/** Paths of firmware in a workspace. */
export type FirmwarePaths = {
	/** Folder of the files. */
	folder: string;
	/** The lock file that says what each of them is. */
	lock: string;
};

/**
 * Where firmware lies in a workspace. A rehearsal's stand-ins may carry the names of real files, so they have a folder
 * and a lock file of their own and can neither replace a real file nor disturb what is recorded of it.
 */
export function firmwarePathsOf(workspace: Workspace, {rehearsal}: {rehearsal: boolean}): FirmwarePaths {
	const folder = rehearsal ? join(workspace.redist, 'rehearsal') : workspace.redist;
	return {folder, lock: join(rehearsal ? folder : workspace.root, 'firmware.lock.yaml')};
}
