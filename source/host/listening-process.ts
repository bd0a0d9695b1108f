import {readdirSync, readFileSync, readlinkSync} from 'node:fs';

/** Who listens; absent where we may not look, as at a process of another user. */
export type Listener = {pid?: number; program?: string};

/**
 * Who listens on a TCP port in a way that keeps others from `127.0.0.1:port`: on that address, or on all of them.
 * Undefined where nobody does.
 */
export function listenerOn(port: number): Listener | undefined {
	const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap(table => listeningSockets(table, port)));
	if (inodes.size === 0) return undefined;
	for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
		if (socketsOf(pid).some(inode => inodes.has(inode)))
			return {pid: Number(pid), program: read(`/proc/${pid}/comm`).trim()};
	}
	return {};
}

const listening = '0A';
// As the kernel writes them: bytes of each 32-bit word backwards.
const loopbackOrAll = new Set([
	'0100007F',
	'00000000',
	'00000000000000000000000000000000',
	'0000000000000000FFFF00000100007F',
	'0000000000000000FFFF000000000000',
]);

/** Inodes of the listening sockets of a table (proc(5)): `sl local_address rem_address st … uid timeout inode`. */
function listeningSockets(table: string, port: number): string[] {
	return read(table)
		.split('\n')
		.slice(1)
		.flatMap(line => {
			const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
			const [address = '', hex = ''] = local.split(':');
			return state === listening && Number.parseInt(hex, 16) === port && loopbackOrAll.has(address) ? [inode] : [];
		});
}

function socketsOf(pid: string): string[] {
	try {
		return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
			try {
				return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
			} catch {
				return [];
			}
		});
	} catch {
		return [];
	}
}

function read(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}
