import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {startRun} from '../../source/app/start-run.ts';
import type {Builder} from '../../source/builders/builder.ts';
import {FixableError} from '../../source/errors.ts';
import type {Sink} from '../../source/pipeline/events.ts';
import type {Step} from '../../source/pipeline/step.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {settingsOf} from '../settings/settings-of.ts';

const options = {smokeTest: false, push: false, fresh: false, yes: true, keepTree: false};

const start = (
	root: string,
	{
		run,
		keepTree,
		...more
	}: {
		run?: Step['run'];
		keepTree?: boolean;
		resolve?: Builder['resolve'];
		signal?: AbortSignal;
		sinks?: readonly Sink[];
	},
) =>
	startRun({
		preset: 'test',
		settings: settingsOf(),
		options: {...options, keepTree: keepTree ?? false},
		builder: {id: 'rehearsal', rehearsal: true, resolve: more.resolve ?? (async settings => settings)} as Builder,
		steps: [
			{
				id: 'prepare-source',
				title: 'Preparing',
				done: 'Prepared',
				after: [],
				exit: 'build',
				run: run ?? (async () => undefined),
			},
		],
		workspace: workspaceAt(root),
		env: {PATH: process.env.PATH},
		version: '0',
		commandLine: 'edge-builder build',
		signal: more.signal,
		sinks: more.sinks,
	});

const makeTree: Step['run'] = async c => {
	await c.host.files.makeFolder(c.run.tree);
	return undefined;
};

test('a Ctrl-C while the source is still being asked cancels the start and gives the workspace back', async () => {
	const root = temporaryFolder();
	const stop = new AbortController();
	const starting = start(root, {
		signal: stop.signal,
		resolve: (_, {signal}) =>
			new Promise((_, reject) => {
				signal?.addEventListener('abort', () => reject(signal.reason));
				stop.abort();
			}),
	});
	await expect(starting).rejects.toThrow('The run was cancelled');
	expect(readdirSync(join(root, 'build/state'))).not.toContain('lock.json');
});

test('a cancel that came before the start begins nothing', async () => {
	const root = temporaryFolder();
	await expect(start(root, {signal: AbortSignal.abort()})).rejects.toThrow('The run was cancelled');
	expect(readdirSync(join(root, 'build'))).toEqual(['state']);
});

// A menu goes on after it: its next run would find the journal of a run that lives.
test('a start that fails after its journal was begun leaves neither journal nor folder', async () => {
	const root = temporaryFolder();
	const sinks = {
		[Symbol.iterator]() {
			throw new FixableError('disk-full', 'no space for the record');
		},
	} as unknown as readonly Sink[];
	await expect(start(root, {sinks})).rejects.toThrow('no space for the record');
	expect(readdirSync(join(root, 'build/state'))).not.toContain('lock.json');
	expect(readdirSync(join(root, 'build/state/journal'))).toEqual([]);
	expect(readdirSync(join(root, 'build/state/temporary'))).toEqual([]);
});

test('the tree of a setup that failed is not kept', async () => {
	const root = temporaryFolder();
	const run = await start(root, {
		keepTree: true,
		async run(c) {
			await makeTree(c);
			throw new FixableError('x', 'broken');
		},
	});
	expect((await run.finished).exitCode).toBe(5);
	expect(readdirSync(join(root, 'build/state/temporary'))).toEqual([]);
});

test('the tree of a setup that went well is kept, and the next start leaves it alone', async () => {
	const root = temporaryFolder();
	const run = await start(root, {keepTree: true, run: makeTree});
	expect((await run.finished).exitCode).toBe(0);
	const next = await start(root, {});
	await next.finished;
	expect(next.reaped).toEqual([]);
	expect(readdirSync(join(root, 'build/state/temporary'))).toEqual([run.header.runId]);
});

test('a finished run leaves neither lock nor journal nor temporary folder', async () => {
	const root = temporaryFolder();
	const run = await start(root, {run: makeTree});
	await run.finished;
	const state = join(root, 'build/state');
	expect(readdirSync(state).toSorted()).toEqual(['journal', 'temporary']);
	expect([...readdirSync(join(state, 'journal')), ...readdirSync(join(state, 'temporary'))]).toEqual([]);
});
