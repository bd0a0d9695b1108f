import type {Invocation} from './invocation.ts';

/** Names of the folders below the workspace's cache that a machine without internet needs: bare CanvOS repositories. */
export const canvosCaches = async ({host, workspace}: Pick<Invocation, 'host' | 'workspace'>): Promise<string[]> =>
	(await host.files.list(workspace.cache)).filter(name => name.endsWith('.git'));
