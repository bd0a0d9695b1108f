import {readdirSync, readFileSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {runMarker} from '../../source/host/process-table.ts';

/** What a run must not leave on the machine: our processes, mounts, loop devices, temporary folders, build containers. */
export const traces = async () => ({
	processes: commandLinesOfRuns(),
	mounts: readFileSync('/proc/self/mountinfo', 'utf8')
		.split('\n')
		.filter(line => /edge-builder/.test(line)),
	loops: readdirSync('/sys/block').filter(name => name.startsWith('loop') && hasBacking(name)),
	folders: readdirSync(tmpdir()).filter(
		name => name.startsWith('edge-builder-') && !name.startsWith('edge-builder-test-') && isOurs(join(tmpdir(), name)),
	),
	containers: (await execa('buildah', ['containers', '--format', '{{.ContainerName}}'], {reject: false})).stdout ?? '',
});

const hasBacking = (loop: string) => {
	try {
		return readFileSync(`/sys/block/${loop}/loop/backing_file`, 'utf8') !== '';
	} catch {
		return false;
	}
};

const isOurs = (path: string) => statSync(path, {throwIfNoEntry: false})?.uid === process.getuid?.();

// Every child of a run carries its marker. Runs of other people on this machine are none of ours.
const commandLinesOfRuns = () =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(pid => {
			try {
				const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${runMarker}=`);
				return isOurs(`/proc/${pid}`) && marked
					? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
					: [];
			} catch {
				return [];
			}
		});
