import type {Host} from '../../../../host/host.ts';

const pieceBytes = 1024 * 1024;
const everyMs = 150;

/**
 * Reads a file that another program writes, from its start, a few times a second.
 * `onRestart` is called when it was begun anew (it got shorter, or another file has its name).
 * @returns the end: reads what is left and stops.
 */
export function tailFile(
	host: Pick<Host, 'files' | 'sleep' | 'backlog'>,
	path: string,
	{onBytes, onRestart}: {onBytes(bytes: Buffer): void; onRestart(): void},
): {end(): Promise<void>} {
	const ended = new AbortController();
	let offset = 0;
	let inode: number | undefined;

	const readOn = async () => {
		const info = await host.files.info(path);
		if (info?.kind !== 'file') return;
		if (info.size < offset || (inode !== undefined && info.inode !== inode)) {
			offset = 0;
			onRestart();
		}
		inode = info.inode;
		if (info.size === offset) return;
		const file = await host.files.open(path, 'r');
		try {
			const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, info.size - offset));
			for (;;) {
				const {bytesRead} = await file.read(buffer, 0, buffer.length, offset);
				if (bytesRead === 0) return;
				offset += bytesRead;
				onBytes(buffer.subarray(0, bytesRead));
				await host.backlog.room();
			}
		} finally {
			await file.close();
		}
	};

	// The console text is on disk whatever happens, so a stream that cannot be read must not end the build.
	const tryReadOn = () => readOn().catch(() => undefined);
	const reading = (async () => {
		while (!ended.signal.aborted) {
			await tryReadOn();
			await host.sleep(everyMs, ended.signal).catch(() => undefined);
		}
		await tryReadOn();
	})();
	return {
		async end() {
			ended.abort();
			await reading;
		},
	};
}
