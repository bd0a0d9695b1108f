import {describe, expect, test} from 'vitest';
import {endContainer, stopContainer} from '../../../../source/builders/canvos/docker/containers.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';

describe('stopping a container', () => {
	/** Docker with containers; `docker ps` takes a name for a pattern, as the real one does. */
	const dockerWith = (running: Set<string>) =>
		fakeHost({
			run: ({args}) => {
				if (args[0] === 'ps') return {stdout: [...running].join('\n')};
				running.delete(args.at(-1) ?? '');
				return {};
			},
		});

	test('takes the exact name only', async () => {
		const host = dockerWith(new Set(['edge-builder-run-1-iso-2']));
		expect(await stopContainer({host}, 'edge-builder-run-1-iso')).toBe(false);
		expect(host.commands.map(({args}) => args[0])).toEqual(['ps']);
	});

	test('of ours waits until it is gone', async () => {
		const running = new Set(['a']);
		const host = dockerWith(running);
		await endContainer({host}, 'a');
		expect(running.size).toBe(0);
		expect(host.commands.map(({args}) => args[0])).toEqual(['ps', 'stop', 'ps']);
	});

	test('that was made but never started removes it', async () => {
		let made = true;
		const host = fakeHost({
			run: ({args}) => {
				if (args[0] === 'rm') made = false;
				return {stdout: args.includes('--all') && made ? 'a' : ''};
			},
		});
		await endContainer({host}, 'a');
		expect(host.commands.some(({args}) => args.join(' ') === 'rm --force a')).toBe(true);
		expect(made).toBe(false);
	});
});
