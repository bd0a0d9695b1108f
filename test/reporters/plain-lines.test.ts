import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import {createStream} from '../../source/pipeline/event-stream.ts';
import type {PipelineEventBody, Sink} from '../../source/pipeline/events.ts';
import {initialRunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {closingSummary} from '../../source/reporters/closing-summary.ts';
import {plainSink} from '../../source/reporters/plain-lines.ts';
import {outputTo} from '../../source/reporters/safe-output.ts';

const begin: PipelineEventBody = {
	type: 'run-started',
	run: {
		runId: '2026-11-22T07-00-00-edge',
		preset: 'edge',
		builder: 'rehearsal',
		rehearsal: true,
		version: '0.1.0',
		workspace: '/w',
		folder: '/w/build/runs/x',
		imageReference: 'localhost/debian:kubeadm-1.34.2-v4.8.10-rehearsal',
		isoName: 'x.iso',
	},
	plan: [
		{id: 'provider-image', title: 'Building provider image', done: 'Provider image built', after: []},
		{id: 'push', title: 'Pushing provider image', done: 'Provider image pushed', after: []},
	],
	settings: {},
};
const failed: PipelineEventBody[] = [
	begin,
	{type: 'step-started', step: 'provider-image'},
	{type: 'log', step: 'provider-image', chunk: {stream: 'out', text: 'line one\n\u001B[31mline two\u001B[0m\u001B[2J'}},
	{
		type: 'step-finished',
		step: 'provider-image',
		outcome: {
			kind: 'failed',
			failure: {
				code: 'x',
				message: 'DKMS did not build mlnx-ofed-kernel',
				hint: 'Install headers.',
				log: '/l',
				lastLines: ['make: error'],
			},
		},
	},
	{type: 'run-finished', outcome: 'failed'},
];

const printed = (bodies: readonly PipelineEventBody[], sink: (stream: PassThrough) => Sink) => {
	const stream = new PassThrough();
	const events = createStream({onBroken: () => undefined, sinks: [sink(stream)], now: () => Date.UTC(2026, 10, 22, 7)});
	for (const body of bodies) events.emit(body);
	return String(stream.read() ?? '');
};

test('a failure is one line where it happens; the closing summary tells the rest', () => {
	const text = printed(failed, stream => plainSink(outputTo(stream)));
	expect(text).toContain('REHEARSAL: Preset edge makes localhost/debian:kubeadm-1.34.2-v4.8.10-rehearsal and x.iso');
	expect(text).toContain('▶ Building provider image\n');
	expect(text).toContain('✖ Building provider image failed: DKMS did not build mlnx-ofed-kernel\n');
});

test('what a build prints cannot move the cursor of the reader', () => {
	const text = printed(failed, stream => plainSink(outputTo(stream)));
	expect(text).toContain('  provider-image | line one\n  provider-image | line two\n');
	expect(text).not.toContain('\u001B');
});

test('what a failed program printed last cannot do it from the summary either', () => {
	const nasty = '\u001B]0;title\u0007one\btwo\u009B2J\u202Ethree';
	const events = [
		begin,
		{type: 'check', step: 'push', result: {id: 'a', title: nasty, verdict: 'fail', detail: nasty}},
		{
			type: 'step-finished',
			step: 'provider-image',
			outcome: {kind: 'failed', failure: {code: 'x', message: nasty, lastLines: [nasty]}},
		},
		{type: 'run-finished', outcome: 'failed'},
	] satisfies PipelineEventBody[];
	const state = events.map((body, seq) => ({seq, at: 0, ...body})).reduce(reduceRun, initialRunState);
	const text = `${closingSummary(state)}${printed(events, stream => plainSink(outputTo(stream)))}`;
	expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202E]/);
	expect(text).toContain('│ onetwo');
});

test('quiet leaves out logs and starts, and keeps endings and failures', () => {
	const text = printed(failed, stream => plainSink(outputTo(stream), {quiet: true}));
	expect(text).not.toContain('line one');
	expect(text).not.toContain('▶');
	expect(text).toContain('✖ Building provider image failed');
});

test('the closing summary names outcome, artifacts, failures and the run folder', () => {
	const events = failed.map((body, index) => ({seq: index + 1, at: 1000 * index, ...body}));
	const summary = closingSummary(events.reduce(reduceRun, initialRunState));
	expect(summary).toBe(
		[
			'REHEARSAL ✖ Failed. Run 2026-11-22T07-00-00-edge took 4.0s.',
			'✖ Building provider image failed',
			'  DKMS did not build mlnx-ofed-kernel',
			'  │ make: error',
			'  → Install headers.',
			'  Log: /l',
			'  Everything about it: /w/build/runs/x',
		].join('\n'),
	);
});

test('a closed pipe silences the output and does not end the run', async () => {
	const stream = new PassThrough();
	const output = outputTo(stream);
	stream.destroy(Object.assign(new Error('EPIPE'), {code: 'EPIPE'}));
	await new Promise(resolve => setImmediate(resolve));
	output.write('more');
	await expect(output.drain()).resolves.toBeUndefined();
});
