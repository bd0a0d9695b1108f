import {cpus, freemem, totalmem} from 'node:os';
import type {Host} from './host.ts';

/** `cpu` and `memory` are shares in use, 0 to 1; CPU since the reading before. */
export type GaugeReading = {
	cpu: number;
	memory: number;
	disks: {path: string; freeBytes: number; totalBytes: number}[];
};

/**
 * Reads the machine's load every two seconds until `stop`. The timer does not keep the process alive.
 * @param paths Folders whose filesystems are watched.
 */
export function watchGauges(
	host: Host,
	{paths, onReading}: {paths: readonly string[]; onReading(reading: GaugeReading): void},
): {stop(): void} {
	let before = cpuTimes();
	let stopped = false;
	const read = async () => {
		const now = cpuTimes();
		const total = now.total - before.total;
		const cpu = total > 0 ? 1 - (now.idle - before.idle) / total : 0;
		before = now;
		const disks = await Promise.all(
			paths.map(async path => {
				const {freeBytes, totalBytes} = await host.disk(path);
				return {path, freeBytes, totalBytes};
			}),
		);
		if (!stopped) onReading({cpu, memory: 1 - freemem() / totalmem(), disks});
	};
	// A gauge that can't be read is not worth a run.
	const timer = setInterval(() => void read().catch(() => undefined), 2000).unref();
	return {
		stop() {
			stopped = true;
			clearInterval(timer);
		},
	};
}

const cpuTimes = () =>
	cpus().reduce(
		({idle, total}, {times}) => ({
			idle: idle + times.idle,
			total: total + times.idle + times.user + times.nice + times.sys + times.irq,
		}),
		{idle: 0, total: 0},
	);
