import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createConsoleTree} from '../../../../../source/builders/canvos/earthly/console/console-tree.ts';
import {recording} from '../../recordings.ts';

describe('the tree of a console text', () => {
	const treeOf = (text: string, how: 'success' | 'failure') => {
		const tree = createConsoleTree();
		const events = text.split('\n').flatMap((line, at) => tree.accept(line, at));
		events.push(...tree.finish(how, 1e6));
		const nodes = new Map(events.flatMap(event => (event.type === 'node' ? [[event.node.id, event.node]] : [])));
		return {tree, nodes: [...nodes.values()]};
	};

	test('ends a step where the next one of its target starts', () => {
		const {nodes} = treeOf('  +a | --> RUN one\n  +b | --> RUN other\n  +a | --> RUN two', 'success');
		expect(nodes.filter(({kind}) => kind === 'command')).toMatchObject([
			{name: 'RUN one', state: 'done', startedAt: 0, endedAt: 2},
			{name: 'RUN other', state: 'done', endedAt: 1e6},
			{name: 'RUN two', state: 'done', endedAt: 1e6},
		]);
	});

	test('marks the command that the failure repeats', () => {
		const {tree, nodes} = treeOf(recording('fail-no-space').console, 'failure');
		expect(nodes.find(({state, kind}) => state === 'failed' && kind === 'command')?.name).toMatch(/^RUN dd/);
		expect(tree.failure()).toMatchObject({
			command: 'RUN dd if=/dev/zero of=/big bs=1M count=900',
			target: '+base-image',
			source: 'Earthfile:9',
			output: expect.arrayContaining(["dd: error writing '/big': No space left on device"]),
		});
		expect(tree.failure()?.output.join()).not.toContain('Repeating');
	});

	test('of text cut anywhere leaves nothing running', () => {
		const text = recording('parallel').console;
		fc.assert(
			fc.property(fc.nat(text.length), end => {
				const {nodes} = treeOf(text.slice(0, end), 'failure');
				expect(nodes.filter(({state}) => state === 'running')).toEqual([]);
			}),
			{numRuns: 30},
		);
	});
});
