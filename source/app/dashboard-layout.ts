import {join} from 'node:path';
import {z} from 'zod';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import type {AppActions} from './actions.ts';

const savedLayout = z.object({arrangement: z.enum(['even', 'log', 'tree']), zoomed: z.boolean()});

/** The dashboard's layout in the workspace's state. Nothing depends on it, so what can't be read or written is let be. */
export function dashboardLayout({workspace, host}: {workspace: Workspace; host: Host}): AppActions['dashboardLayout'] {
	const file = join(workspace.state, 'dashboard.json');
	return {
		async load() {
			try {
				return savedLayout.parse(JSON.parse((await host.files.readText(file, {limit: 4096})) ?? ''));
			} catch {
				return undefined;
			}
		},
		async save(layout) {
			// Looking at something leaves nothing in a folder where nothing was built.
			if (!(await host.files.exists(workspace.state))) return;
			await host.files.write(file, `${JSON.stringify(layout)}\n`).catch(() => undefined);
		},
	};
}
