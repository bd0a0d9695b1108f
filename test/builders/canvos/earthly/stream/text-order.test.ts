import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createLogStream} from '../../../../../source/builders/canvos/earthly/stream/read-log-stream.ts';
import {createTextOrder} from '../../../../../source/builders/canvos/earthly/stream/text-order.ts';
import type {BuildNode} from '../../../../../source/pipeline/events.ts';
import {recording} from '../../recordings.ts';

/** Names of targets and `target/command`, with their places. */
const placesIn = (stream: Buffer) => {
	const nodes = new Map<string, BuildNode>();
	const reader = createLogStream(events => {
		for (const event of events) if (event.type === 'node') nodes.set(event.node.id, event.node);
	});
	reader.push(stream);
	reader.finish('success');
	const nameOf = ({parent, name}: BuildNode) => (parent === undefined ? name : `${nodes.get(parent)?.name}/${name}`);
	return new Map([...nodes.values()].map(node => [nameOf(node), node.order?.join('.')]));
};

const cold = recording('success-cold').logStream as Buffer;

test('a target stands where the first command names it that needs it', () => {
	const places = placesIn(cold);
	expect(
		['+build-all-images', '+base', '+provider-image', '+base-image', '+iso'].map(name => places.get(name)),
	).toEqual(['', '0', '1', '1.1', '2']);
	expect(places.get('+base-image/COPY overlay/ /overlay/')).toBe('2');
});

test('two recordings of one build have the same places', () => {
	const cached = placesIn(recording('success-cached').logStream as Buffer);
	expect(Object.fromEntries(cached)).toEqual(Object.fromEntries(placesIn(cold)));
});

test('any order of the lines gives the same places', () => {
	const lines = cold.toString().split('\n');
	const places = Object.fromEntries(placesIn(cold));
	fc.assert(
		fc.property(fc.shuffledSubarray(lines, {minLength: lines.length}), shuffled => {
			expect(Object.fromEntries(placesIn(Buffer.from(shuffled.join('\n'))))).toEqual(places);
		}),
		{numRuns: 20},
	);
});

test('targets that need each other have a place too', () => {
	const ids = fc.constantFrom('a', 'b', 'c', 'd');
	fc.assert(
		fc.property(fc.array(fc.tuple(ids, fc.option(fc.nat(3), {nil: undefined}), ids)), uses => {
			const order = createTextOrder();
			for (const [user, number, used] of uses) order.seeUses(user, number, [used]);
			for (const id of ['a', 'b', 'c', 'd']) expect(order.ofTarget(id).length).toBeLessThan(8);
		}),
	);
});
