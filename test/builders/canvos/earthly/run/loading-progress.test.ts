import {expect, test} from 'vitest';
import {watchLoading} from '../../../../../source/builders/canvos/earthly/run/loading-progress.ts';
import type {BuildNode, Progress} from '../../../../../source/pipeline/events.ts';

const node = (state: BuildNode['state'], name = 'Loading images into Docker'): BuildNode => ({
	id: 'x',
	kind: 'command',
	name,
	state,
});

test('while images are loaded, the bytes that Docker’s disk took are told', async () => {
	const free = [100, 90, 40, 60];
	const told: Progress[] = [];
	let asleep: ((value?: undefined) => void) | undefined;
	const loading = watchLoading(
		{
			host: {
				disk: async () => ({freeBytes: free.shift() ?? 60, totalBytes: 200, freeInodes: 1}),
				sleep: (_, signal) =>
					new Promise((resolve, reject) => {
						asleep = resolve;
						signal?.addEventListener('abort', () => reject(signal.reason), {once: true});
					}),
			},
			report: {progress: progress => void told.push(progress)},
		},
		'/var/lib/docker',
	);
	const tick = async () => {
		await new Promise(resolve => setImmediate(resolve));
		asleep?.();
		await new Promise(resolve => setImmediate(resolve));
	};
	loading.see(node('running', 'RUN make'));
	await tick();
	expect(told).toEqual([]);
	loading.see(node('running'));
	loading.see(node('running'));
	for (let ticks = 0; ticks < 3; ticks++) await tick();
	expect(told.map(({done}) => done)).toEqual([10, 60, 40]);
	loading.see(node('done'));
	await loading.end();
	expect(told).toHaveLength(3);
});
