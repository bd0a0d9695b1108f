import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {TreeEvent} from '../../../../../source/builders/canvos/earthly/build-output.ts';
import {createLogStream} from '../../../../../source/builders/canvos/earthly/stream/read-log-stream.ts';
import type {BuildNode} from '../../../../../source/pipeline/events.ts';
import {recording} from '../../recordings.ts';

const read = (pieces: readonly Buffer[], how: 'success' | 'failure' = 'failure') => {
	const events: TreeEvent[] = [];
	const stream = createLogStream(more => events.push(...more));
	for (const piece of pieces) stream.push(piece);
	stream.finish(how);
	const nodes = new Map<string, BuildNode>();
	for (const event of events) if (event.type === 'node') nodes.set(event.node.id, event.node);
	const text = events.flatMap(event => (event.type === 'log' ? [event.chunk.text] : []));
	return {stream, events, nodes: [...nodes.values()], text};
};

const line = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
const state = (fields: unknown) => line({deltaManifest: {fields}});
const output = (commandId: string, data: string, more = {}) =>
	line({deltaLog: {commandId, stream: 1, data: Buffer.from(data).toString('base64'), ...more}});

const bytes = recording('success-cold').logStream as Buffer;
const lines = bytes.toString().split('\n');
const failing = (recording('fail-exit').logStream as Buffer).toString().split('\n');

const mustHold = (nodes: readonly BuildNode[]) => {
	for (const node of nodes) {
		expect(node.name).not.toBe('');
		expect(['done', 'failed', 'cancelled', 'skipped']).toContain(node.state);
		if (node.startedAt !== undefined && node.endedAt !== undefined)
			expect(node.endedAt).toBeGreaterThanOrEqual(node.startedAt);
	}
};

describe('whatever happens to a log stream', () => {
	test('cutting it into pieces changes nothing', () => {
		const whole = read([bytes]);
		fc.assert(
			fc.property(fc.array(fc.nat(bytes.length), {maxLength: 30}), cuts => {
				const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
				const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
				const cut = read(pieces);
				expect(cut.nodes).toEqual(whole.nodes);
				expect(cut.text.join('\n')).toBe(whole.text.join('\n'));
			}),
			{numRuns: 20},
		);
	});

	test('a stream that stops anywhere leaves nothing open', () => {
		fc.assert(
			fc.property(fc.nat(bytes.length), end => mustHold(read([bytes.subarray(0, end)]).nodes)),
			{numRuns: 40},
		);
	});

	test('lost, doubled and exchanged lines leave every node ended and named', () => {
		const mischief = fc.record({
			at: fc.nat(lines.length - 1),
			to: fc.nat(lines.length - 1),
			what: fc.constantFrom('lose', 'double', 'exchange', 'cut', 'garbage'),
		});
		fc.assert(
			fc.property(fc.array(mischief, {maxLength: 40}), acts => {
				const changed = [...lines];
				for (const {at, to, what} of acts) {
					const [one = '', other = ''] = [changed[at], changed[to]];
					if (what === 'lose') changed[at] = '';
					if (what === 'double') changed[at] = `${one}\n${one}`;
					if (what === 'exchange') [changed[at], changed[to]] = [other, one];
					if (what === 'cut') changed[at] = one.slice(0, to);
					if (what === 'garbage') changed[at] = `${one.slice(0, 40)}\u0000${other}`;
				}
				mustHold(read([Buffer.from(changed.join('\n'))]).nodes);
			}),
			{numRuns: 60},
		);
	});

	test('any order of the lines gives the same failed command', () => {
		fc.assert(
			fc.property(fc.shuffledSubarray(failing, {minLength: failing.length}), shuffled => {
				const {stream, nodes} = read([Buffer.from(shuffled.join('\n'))]);
				mustHold(nodes);
				expect(stream.failure()).toMatchObject({type: 'NONZERO_EXIT', target: '+base-image', source: 'Earthfile:12'});
			}),
			{numRuns: 30},
		);
	});

	test('values of any other type than promised are passed over', () => {
		fc.assert(
			fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (one, two, three) => {
				const {nodes} = read([
					line(one),
					line({deltaManifest: one}),
					state({targets: one, commands: two, failure: three, status: one}),
					state({
						targets: {a: {name: one, status: two}},
						commands: {'a/1': {name: two, targetId: one, sourceLocation: three}},
					}),
					line({deltaLog: {commandId: 'a/1', data: one, stream: two}}),
				]);
				mustHold(nodes);
			}),
			{numRuns: 200},
		);
	});

	test('a line of 8 MiB is read in one piece, and unknown fields are passed over', () => {
		const long = 'x'.repeat(8 * 1024 * 1024);
		const big = line({
			deltaManifest: {fields: {commands: {'t/1': {name: 'RUN make', targetId: 't', note: long, category: '+t'}}}},
		});
		const pieces = Array.from({length: Math.ceil(big.length / 65_536)}, (_, at) =>
			big.subarray(at * 65_536, (at + 1) * 65_536),
		);
		const started = performance.now();
		expect(read(pieces).nodes).toMatchObject([{name: 'RUN make', state: 'skipped'}]);
		expect(performance.now() - started).toBeLessThan(2000);
	});
});

describe('a step', () => {
	const step = (fields: object) => state({commands: {'t/1': fields}});
	const target = state({targets: {t: {name: '+t'}}});

	test('that ran and is called cached later counts as run', () => {
		const {nodes} = read([
			target,
			step({
				name: 'RUN make',
				targetId: 't',
				status: 'RUN_STATUS_IN_PROGRESS',
				startedAtUnixNanos: '1795326569000000000',
			}),
			step({status: 'RUN_STATUS_SUCCESS', endedAtUnixNanos: '1795326572000000000'}),
			step({isCached: true}),
			step({status: 'RUN_STATUS_SUCCESS', endedAtUnixNanos: '1795326579000000000'}),
		]);
		expect(nodes[1]).toMatchObject({state: 'done', startedAt: 1_795_326_569_000, endedAt: 1_795_326_572_000});
		expect(nodes[1]?.cached).toBeUndefined();
	});

	test('that printed something is not cached, whatever the stream says', () => {
		const {nodes} = read([
			target,
			step({name: 'RUN make', targetId: 't'}),
			output('t/1', 'cc -c a.c\n'),
			step({isCached: true, status: 'RUN_STATUS_SUCCESS'}),
		]);
		expect(nodes[1]?.cached).toBeUndefined();
	});

	test('gets its name later than its state', () => {
		const {nodes} = read([
			step({targetId: 't', status: 'RUN_STATUS_IN_PROGRESS'}),
			target,
			step({name: 'RUN make'}),
			step({status: 'RUN_STATUS_SUCCESS'}),
		]);
		expect(nodes).toContainEqual(expect.objectContaining({name: 'RUN make', state: 'done', parent: 't'}));
	});

	test('of a Dockerfile that is announced again and again is one step, below its FROM DOCKERFILE', () => {
		const again = (id: string, cached: boolean) => [
			state({commands: {[id]: {name: 'RUN make', category: '10/14', ...(cached && {isCached: true})}}}),
			state({
				commands: {
					[id]: {
						status: 'RUN_STATUS_SUCCESS',
						startedAtUnixNanos: '1795326569000000000',
						endedAtUnixNanos: cached ? '1795326569000000000' : '1795326599000000000',
					},
				},
			}),
		];
		const {nodes} = read([
			target,
			step({name: 'FROM DOCKERFILE .', targetId: 't'}),
			...again('sha256:1', false),
			...again('sha256:2', true),
			...again('sha256:3', true),
		]);
		const steps = nodes.filter(({name}) => name === 'RUN make');
		expect(steps).toEqual([expect.objectContaining({id: 'sha256:1', parent: 't', state: 'done'})]);
		expect(steps[0]?.cached).toBeUndefined();
	});

	test('prints lines that come in parts whole, standard output and error apart', () => {
		const {text} = read([
			output('t/1', 'first ha'),
			output('t/1', 'warning\n', {stream: 2}),
			output('t/1', 'lf\n  0%\r 50%\r100%\nla'),
			output('t/1', 'st'),
		]);
		expect(text).toEqual(['warning', 'first half\n100%', 'last']);
	});

	test('shows its percentage while it runs, except for the export, which flips', () => {
		const {events} = read([
			state({commands: {a: {name: 'FROM x', status: 'RUN_STATUS_IN_PROGRESS', hasProgress: true, progress: 40}}}),
			state({
				commands: {
					b: {
						name: 'exporting outputs',
						category: 'output',
						status: 'RUN_STATUS_IN_PROGRESS',
						hasProgress: true,
						progress: 100,
					},
				},
			}),
		]);
		const percents = events.flatMap(event => (event.type === 'node' ? [[event.node.name, event.node.percent]] : []));
		expect(percents).toContainEqual(['FROM x', 40]);
		expect(percents).toContainEqual(['Loading images into Docker', undefined]);
	});
});

test('resource statistics and the doubled console text are ignored', () => {
	const {text, nodes} = read([
		output('t/1', '{"cpu": 1}', {stream: 99}),
		line({deltaFormattedLog: {targetId: '_full', data: Buffer.from('console\n').toString('base64')}}),
	]);
	expect(text).toEqual([]);
	expect(nodes).toEqual([]);
});
