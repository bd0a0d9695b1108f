import {createHash} from 'node:crypto';
import {join, resolve} from 'node:path';
import type {Host} from '../../../host/host.ts';
import type {Workspace} from '../../../pipeline/workspace.ts';
import type {Settings} from '../../../settings/settings.ts';

/** What is needed to get at CanvOS. */
export type SourceContext = {
	host: Host;
	workspace: Workspace;
	settings: Pick<Settings, 'canvosSource' | 'canvosRef' | 'httpProxy' | 'httpsProxy' | 'noProxy' | 'caFile'>;
	signal?: AbortSignal;
};

/** The address for git: paths are taken from the workspace, `~` is the caller's home. */
export const sourceAddress = ({host, workspace, settings}: SourceContext): string => {
	const {canvosSource} = settings;
	if (canvosSource === '~' || canvosSource.startsWith('~/')) return join(host.machine.user.home, canvosSource.slice(1));
	return /^[./]/.test(canvosSource) ? resolve(workspace.root, canvosSource) : canvosSource;
};

/** The address as it may be shown: without user and token. */
export const shownAddress = (address: string) => address.replace(/^(\w+:\/\/)[^/@]*@/, '$1');

/** Git directory of the cache: one for each source, since two can have different commits under one name. */
export const cacheOf = (c: SourceContext) => {
	const hash = createHash('sha256').update(sourceAddress(c)).digest('hex').slice(0, 12);
	return join(c.workspace.cache, `canvos-${hash}.git`);
};
