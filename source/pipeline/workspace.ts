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
export const workspaceAt = (root: string): Workspace => {
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
};

/** Paths of the run `id` in that workspace. */
export const runFolderOf = (workspace: Workspace, id: string): RunFolder => {
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
};
