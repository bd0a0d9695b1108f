import {randomBytes} from 'node:crypto';
import {dirname, join} from 'node:path';
import type {Host} from '../../host/host.ts';

/** A folder of one VM, for its sockets and its copy of the UEFI variables. */
export type VmFolder = {path: string; serialSocket: string; qmpSocket: string; remove(): Promise<void>};

// sun_path holds 108 bytes with the closing zero (unix(7)).
const longestSocketPath = 107;

/**
 * Makes the folder where socket paths are short: in XDG_RUNTIME_DIR when that is the user's own and short enough, else in
 * /tmp. Only this user can enter it.
 */
export async function createVmFolder(host: Host): Promise<VmFolder> {
	const name = `edge-builder-vm-${host.journal.mark}-${randomBytes(3).toString('hex')}`;
	const runtime = await ownRuntimeFolder(host);
	const paths =
		runtime !== undefined && fits(pathsIn(join(runtime, name)))
			? pathsIn(join(runtime, name))
			: pathsIn(join('/tmp', name));
	const forget = host.journal.record({kind: 'folder', path: paths.path});
	await host.files.makeFolder(paths.path, {mode: 0o700});
	return {
		...paths,
		async remove() {
			await host.files.remove(paths.path, dirname(paths.path));
			forget();
		},
	};
}

async function ownRuntimeFolder({env, files, machine}: Host) {
	const folder = env.XDG_RUNTIME_DIR;
	// Under sudo the variable may still name the caller's folder.
	return folder?.startsWith('/') && (await files.info(folder))?.uid === machine.user.uid ? folder : undefined;
}

const pathsIn = (path: string) => ({path, serialSocket: join(path, 'serial.sock'), qmpSocket: join(path, 'qmp.sock')});

const fits = ({serialSocket}: {serialSocket: string}) => Buffer.byteLength(serialSocket) <= longestSocketPath;
