import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import {readIso} from './read-iso.ts';

const kernelPath = '/boot/kernel';
// The largest kernels of distributions have a quarter of it.
const mostBytes = 64 * 1024 * 1024;

/** Takes the kernel out of an ISO into a folder, on demand; undefined when the ISO is not there or has none to be read. */
export function kernelOf(host: Host, iso: string) {
	return async (folder: string): Promise<string | undefined> => {
		const image = await readIso(host, iso, [{path: kernelPath, bytes: mostBytes}]);
		const kernel = 'problem' in image ? undefined : image.contents.get(kernelPath);
		if (kernel === undefined || kernel.length === 0 || kernel.length === mostBytes) return undefined;
		const path = join(folder, 'kernel');
		await host.files.write(path, kernel, {mode: 0o600});
		return path;
	};
}
