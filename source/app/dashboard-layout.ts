import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import type {AppActions, SavedLayout} from './actions.ts';

/**
 * The dashboard's layout in the workspace's state; where there is none yet, kept until something is built there. Nothing
 * depends on it, so what can't be read or written is let be.
 */
export function dashboardLayout({workspace, host}: {workspace: Workspace; host: Host}): AppActions['dashboardLayout'] {
	const file = join(workspace.state, 'dashboard.json');
	let unwritten: SavedLayout | undefined;
	async function save(layout: SavedLayout) {
		// Looking at something leaves nothing in a folder where nothing was built.
		const hasPlace = await host.files.exists(workspace.state);
		unwritten = hasPlace ? undefined : layout;
		if (hasPlace) await host.files.write(file, `${JSON.stringify(layout)}\n`).catch(() => undefined);
	}
	return {
		async load() {
			const layout = unwritten;
			if (layout !== undefined) {
				await save(layout);
				return layout;
			}
			try {
				const saved: unknown = JSON.parse((await host.files.readText(file, {limit: 4096})) ?? 'null');
				return isLayout(saved) ? saved : undefined;
			} catch {
				return undefined;
			}
		},
		save,
	};
}

const isLayout = (value: unknown): value is SavedLayout =>
	typeof value === 'object' &&
	value !== null &&
	'arrangement' in value &&
	['even', 'log', 'tree'].some(one => one === value.arrangement) &&
	'zoomed' in value &&
	typeof value.zoomed === 'boolean';
