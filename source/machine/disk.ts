import type {Host} from '../host/host.ts';

/** Makes an empty qcow2 disk that grows up to `gib`; the returned function removes it. */
export const createDisk = async (host: Host, path: string, gib: number): Promise<() => Promise<void>> => {
	const forget = host.journal.record({kind: 'file', path});
	await host.run({
		program: 'qemu-img',
		args: ['create', '-q', '-f', 'qcow2', path, `${gib}G`],
		what: 'Making the VM disk',
	});
	return async () => {
		await host.files.remove(path, path.slice(0, path.lastIndexOf('/')));
		forget();
	};
};
