import fc from 'fast-check';
import {expect, test} from 'vitest';
import type {BuildNode} from '../../../source/pipeline/events.ts';
import {inStartOrder} from '../../../source/tui/dashboard/tree-order.ts';

const node = (id: string, more: Partial<BuildNode> = {}): BuildNode => ({
	id,
	kind: 'command',
	name: `RUN ${id}`,
	state: more.startedAt === undefined ? 'waiting' : 'done',
	...more,
});

const idsOf = (nodes: readonly BuildNode[]) => inStartOrder(nodes).map(({id}) => id);

test('what started stands by its start, what waits after it in order of appearance', () => {
	const nodes = [node('w2'), node('late', {startedAt: 9000}), node('w1'), node('early', {startedAt: 1000})];
	expect(idsOf(nodes)).toEqual(['early', 'late', 'w2', 'w1']);
});

test('what began together stands by its place in the text of the build', () => {
	const nodes = [
		node('iso', {startedAt: 1000, order: [2]}),
		node('base-image', {startedAt: 1001, order: [1, 1]}),
		node('provider', {startedAt: 1002, order: [1]}),
		node('earlier', {startedAt: 1, order: [9]}),
	];
	expect(idsOf(nodes)).toEqual(['earlier', 'provider', 'base-image', 'iso']);
});

test('our own steps wait in the order in which they will run', () => {
	const script = (name: string) => node(name, {name: `RUN bash /mnt/edge-builder/steps/${name}.sh`, order: [1]});
	const nodes = [script('install-modules'), script('install-doca'), node('RUN rm -rf /certs', {order: [1]})];
	expect(idsOf(nodes)).toEqual(['RUN rm -rf /certs', 'install-doca', 'install-modules']);
});

test('any order of arrival gives the same order', () => {
	const nodes = fc.uniqueArray(
		fc.record({
			id: fc.string({minLength: 1, maxLength: 3}),
			name: fc.constantFrom('RUN a', 'RUN b', 'COPY c d'),
			source: fc.option(fc.constantFrom('Earthfile:9', 'Earthfile:10'), {nil: undefined}),
			startedAt: fc.option(fc.nat(2000), {nil: undefined}),
			order: fc.option(fc.array(fc.nat(3), {maxLength: 3}), {nil: undefined}),
			state: fc.constantFrom('running' as const, 'done' as const, 'skipped' as const),
			kind: fc.constant('command' as const),
		}),
		{selector: ({id}) => id, maxLength: 12},
	);
	fc.assert(
		fc.property(
			nodes.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, {minLength: all.length}))),
			([all, other]) => {
				expect(idsOf(other)).toEqual(idsOf(all));
			},
		),
		{numRuns: 300},
	);
});
