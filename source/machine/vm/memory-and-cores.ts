import type {Machine} from '../../host/host.ts';
import type {Settings} from '../../settings/settings.ts';

export type VmSize = {memoryMib: number; cores: number};

// More would push the machine itself, and the build's page cache, into swap.
const largestShare = 0.75;

/**
 * What of `memory` and `cores` this machine can give a VM; `notes` tells what was made smaller. An emulated VM gets one
 * core: two boot no faster, and on a busy machine each waits for the other until the guest's kernel takes it for dead.
 */
export function memoryAndCores(
	{memory, cores}: Pick<Settings, 'memory' | 'cores'>,
	{memoryBytes, cpus}: Pick<Machine, 'memoryBytes' | 'cpus'>,
	{emulated = false}: {emulated?: boolean} = {},
): VmSize & {notes: string[]} {
	const most = Math.floor((memoryBytes / 1024 ** 2) * largestShare);
	const memoryMib = Math.min(memory, most);
	const given = Math.max(1, Math.min(cores, emulated ? 1 : cpus));
	return {
		memoryMib,
		cores: given,
		notes: [
			...(memoryMib < memory
				? [`The VM gets ${memoryMib} MiB instead of ${memory}: that is what this machine can spare.`]
				: []),
			...(given < cores && !emulated
				? [`The VM gets ${given} cores instead of ${cores}: this machine has no more.`]
				: []),
		],
	};
}
