import type {Builder} from '../builders/builder.ts';
import type {Host} from '../host/host.ts';

/** Adds to the folders whose disks are watched what else a build fills: each disk once, under the first of its folders. */
export async function watchedDisks(
	disks: string[],
	{host, builder, temporary, signal}: {host: Host; builder: Builder; temporary: string; signal: AbortSignal},
): Promise<void> {
	const deviceOf = async (path: string) => (await host.files.info(path, {follow: true}))?.device;
	const known = new Set(await Promise.all(disks.map(deviceOf)));
	for (const path of [temporary, ...((await builder.dataFolders?.({host, signal})) ?? [])]) {
		const device = await deviceOf(path);
		if (device === undefined || known.has(device)) continue;
		known.add(device);
		disks.push(path);
	}
}
