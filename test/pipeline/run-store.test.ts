import {expect, test} from 'vitest';
import type {PipelineEvent, StepId} from '../../source/pipeline/events.ts';
import {createRunStore} from '../../source/pipeline/run-store.ts';

const steps: readonly StepId[] = [
	...(['check-host', 'fetch-firmware', 'prepare-source', 'provider-image', 'installer-iso', 'verify-image'] as const),
];

// Each step kept its own 4 MiB, so a run with many of them grew with each.
test('all steps together keep a bounded log; of the step that prints nothing is lost, and what was is counted', async () => {
	const store = createRunStore();
	const line = 'x'.repeat(99_999);
	let seq = 0;
	for (const step of steps) {
		for (let count = 0; count < 40; count++) {
			const event: PipelineEvent = {
				seq: ++seq,
				at: seq,
				type: 'log',
				step,
				chunk: {stream: 'out', text: `${line}${count % 10}`},
			};
			store.accept(event);
		}
	}
	await store.close?.();
	const {linesOf} = store.getSnapshot();
	const kept = steps.map(step => linesOf(step));
	const characters = kept.flatMap(({lines}) => lines).reduce((sum, {text}) => sum + text.length, 0);
	expect(characters).toBeLessThanOrEqual(16 * 1024 * 1024);
	expect(characters).toBeGreaterThan(15 * 1024 * 1024);
	expect(kept.map(({lines, dropped}) => lines.length + dropped)).toEqual(steps.map(() => 40));
	expect(kept.at(-1)?.dropped).toBe(0);
	expect(kept[0]?.lines.length).toBeGreaterThan(0);
});
