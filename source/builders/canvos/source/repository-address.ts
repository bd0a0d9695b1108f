import type {Host} from '../../../host/host.ts';
import type {Workspace} from '../../../pipeline/workspace.ts';
import {fields} from '../../../settings/fields.ts';
import {absolutePath} from '../../../settings/path-settings.ts';
import type {Settings} from '../../../settings/settings.ts';

/** What is needed to get at CanvOS. */
export type SourceContext = {
	host: Host;
	workspace: Workspace;
	settings: Pick<Settings, 'canvosSource' | 'canvosRef' | 'httpProxy' | 'httpsProxy' | 'noProxy' | 'caFile'>;
	signal?: AbortSignal;
};

/** The address for git: paths are taken from the workspace, `~` is the caller's home. */
export function sourceAddress({host, workspace, settings}: SourceContext): string {
	const {canvosSource} = settings;
	const isPath = fields.canvosSource.path?.isPath?.(canvosSource);
	return isPath ? absolutePath(canvosSource, {workspace: workspace.root, home: host.machine.user.home}) : canvosSource;
}

/** The folder on this machine that CanvOS comes from, absolute; undefined where it comes over the network. */
export function sourceFolder(c: SourceContext): string | undefined {
	const address = sourceAddress(c);
	return address.startsWith('/') ? address : undefined;
}

/** The address as it may be shown: without user and token. */
export const shownAddress = (address: string) => address.replace(/^(\w+:\/\/)[^/@]*@/, '$1');
