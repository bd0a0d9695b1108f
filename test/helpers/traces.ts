import {readdirSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {execa} from 'execa';

/** What a run must not leave on the machine: our processes, mounts, loop devices, temporary folders, build containers. */
export const traces = async () => ({
	processes: commandLines(/qemu-system.*smoke-test|mmdebstrap|mksquashfs|grub-mkrescue/),
	mounts: readFileSync('/proc/self/mountinfo', 'utf8')
		.split('\n')
		.filter(line => /edge-builder/.test(line)),
	loops: readdirSync('/sys/block').filter(name => name.startsWith('loop') && hasBacking(name)),
	folders: readdirSync(tmpdir()).filter(
		name => name.startsWith('edge-builder-') && !name.startsWith('edge-builder-test-'),
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

const commandLines = (wanted: RegExp) =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(pid => {
			try {
				return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
			} catch {
				return [];
			}
		})
		.filter(line => wanted.test(line) && !line.includes('vitest'));
