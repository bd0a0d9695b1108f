import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import {formatBytes} from '../text/bytes.ts';

/** @throws {FixableError} `disk-full` when a folder's filesystem has less room than that. */
export async function needSpace(host: Host, folder: string, bytes: number) {
	const {freeBytes} = await host.disk(folder);
	if (freeBytes > bytes) return;
	throw new FixableError(
		'disk-full',
		`${folder} has ${formatBytes(freeBytes)} free, but the bundle needs ${formatBytes(bytes)}`,
		{hint: 'Make room, or use another place.', exit: 'firmware'},
	);
}

/** Works in a folder of the workspace that is gone afterwards, even when this process is killed. */
export async function inTemporary<T>(
	{host, workspace}: {host: Host; workspace: Workspace},
	work: (folder: string) => Promise<T>,
): Promise<T> {
	const folder = join(workspace.state, `bundle-${randomBytes(6).toString('hex')}`);
	const forget = host.journal.record({kind: 'folder', path: folder});
	await host.files.makeFolder(folder, {mode: 0o700});
	try {
		return await work(folder);
	} finally {
		await host.files.remove(folder, workspace.state);
		forget();
	}
}
