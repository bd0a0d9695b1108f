import {chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {PipelineEventBody, PlannedStep} from '../../source/pipeline/events.ts';
import {publicSettings} from '../../source/settings/secrets.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {settingsOf} from '../settings/settings-of.ts';

const plan = [
	{id: 'check-host', title: 'Checking this machine', done: 'Machine checked', after: []},
	{id: 'provider-image', title: 'Building provider image', done: 'Provider image built', after: ['check-host']},
] as const;

/** Writes the record of a build with these settings that took so many seconds; without `tookSeconds` it was killed. */
const record = (
	cwd: string,
	id: string,
	{words = [], tookSeconds, steps = plan}: {words?: string[]; tookSeconds?: number; steps?: readonly PlannedStep[]},
) => {
	const folder = join(cwd, 'build/runs', id);
	mkdirSync(folder, {recursive: true});
	const run = {
		runId: id,
		preset: 'lab',
		builder: 'canvos',
		rehearsal: false,
		version: '0.1.0',
		workspace: cwd,
		folder,
		imageReference: 'x',
		isoName: 'x',
	} as const;
	const settings = publicSettings(settingsOf('BUILDER=canvos', 'EDGE_APPLIANCE=false', ...words));
	const artifact = {kind: 'provider-image', ref: `x:${id}`, bytes: 1e9} as const;
	const began: [number, PipelineEventBody][] = [
		[0, {type: 'run-started', run, plan: steps, settings}],
		[0, {type: 'step-started', step: 'provider-image'}],
	];
	const ended: [number, PipelineEventBody][] =
		tookSeconds === undefined
			? []
			: [
					[tookSeconds, {type: 'artifact', step: 'provider-image', artifact}],
					[tookSeconds, {type: 'step-finished', step: 'provider-image', outcome: {kind: 'done'}}],
					[tookSeconds, {type: 'run-finished', outcome: 'passed'}],
				];
	const lines = [...began, ...ended].map(([seconds, event], index) =>
		JSON.stringify({seq: index + 1, at: 1_700_000_000_000 + seconds * 1000, ...event}),
	);
	writeFileSync(join(folder, 'events.ndjson'), `${lines.join('\n')}\n`);
	return folder;
};

const one = '2026-11-26T00-00-00-lab-0001';
const two = '2026-11-26T00-00-00-lab-0002';

const runs = (cwd: string, ...args: string[]) => runProgram(['runs', ...args], {cwd});

test('two runs are compared by settings, times and what they made', async () => {
	const cwd = temporaryFolder();
	record(cwd, one, {words: ['CUSTOM_TAG=one'], tookSeconds: 60});
	record(cwd, two, {words: ['CUSTOM_TAG=two'], tookSeconds: 600});
	const {stdout} = await runs(cwd, 'diff', one, two);
	expect(stdout).toMatch(/^Before {2}.*0001 {2}passed, 1m 00s, edge-builder 0\.1\.0$/m);
	expect(stdout).toMatch(/^ {2}Tag +one → two$/m);
	expect(stdout).toMatch(/^ {2}Provider image built +1m 00s → 10m 00s$/m);
	expect(stdout).toMatch(/^ {2}Provider image: x:.*0001, 1 GB → x:.*0002, 1 GB$/m);
	const json = JSON.parse((await runs(cwd, 'diff', one, two, '--json')).stdout);
	expect(json.settings).toEqual([{key: 'customTag', title: 'Tag', before: 'one', after: 'two'}]);
	expect((await runs(cwd, 'diff', one, 'none')).exitCode).toBe(2);
});

test('a run is built again with its settings, not with those of the environment', async () => {
	const cwd = temporaryFolder();
	record(cwd, one, {words: ['CUSTOM_TAG=one', 'K8S_VERSION=1.33.5'], tookSeconds: 60});
	const {stdout, exitCode} = await runProgram(['runs', 'again', 'last', '--dry-run', '--json'], {
		cwd,
		env: {CUSTOM_TAG: 'other', K8S_DISTRIBUTION: 'rke2'},
	});
	expect(exitCode).toBe(0);
	expect(JSON.parse(stdout).names.providerImage).toMatch(/ubuntu:kubeadm-1\.33\.5-v4\.8\.10-one$/);
});

test('a run with a secret that its record lacks is not built without it', async () => {
	const cwd = temporaryFolder();
	record(cwd, one, {words: ['HTTPS_PROXY=http://me:word@proxy:3128'], tookSeconds: 60});
	const again = (env = {}) => runProgram(['runs', 'again', one, '--dry-run'], {cwd, env});
	const refused = await again();
	expect(refused.exitCode).toBe(2);
	expect(refused.stderr).toMatch(/httpsProxy: that run had a secret here[\s\S]*Give HTTPS_PROXY in the environment/);
	expect((await again({HTTPS_PROXY: 'http://me:word@proxy:3128'})).exitCode).toBe(0);
});

test('a dry run of what was no build does nothing', async () => {
	const cwd = temporaryFolder();
	record(cwd, one, {steps: [plan[0]], tookSeconds: 1});
	const {exitCode, stderr} = await runs(cwd, 'again', one, '--dry-run');
	expect(exitCode).toBe(2);
	expect(stderr).toContain('was no build');
});

describe('delete', () => {
	test('removes the records that are named, or none', async () => {
		const cwd = temporaryFolder();
		const [first, second] = [record(cwd, one, {tookSeconds: 1}), record(cwd, two, {})];
		expect((await runs(cwd, 'delete', one, '../..', '--yes')).exitCode).toBe(2);
		expect((await runs(cwd, 'delete', one)).stderr).toContain('Nothing was deleted');
		expect([first, second].map(existsSync)).toEqual([true, true]);
		expect((await runs(cwd, 'delete', one, two, '--yes')).exitCode).toBe(0);
		expect([first, second].map(existsSync)).toEqual([false, false]);
	});
});

describe('report', () => {
	test('of a run that was killed is made from its events', async () => {
		const cwd = temporaryFolder();
		const folder = record(cwd, one, {});
		const {stdout} = await runs(cwd, 'report', 'last');
		expect(stdout).toBe(join(folder, 'report.html'));
		expect(readFileSync(stdout, 'utf8')).toContain(one);
	});

	test('is opened where there is a display', async () => {
		const cwd = temporaryFolder();
		record(cwd, one, {tookSeconds: 1});
		expect((await runs(cwd, 'report', one, '--open')).stderr).toContain('no display');
		const programs = temporaryFolder();
		for (const name of ['setsid', 'xdg-open']) {
			writeFileSync(join(programs, name), '#!/bin/sh\nprintf "%s " "$@" > "$(dirname "$0")/called"\n');
			chmodSync(join(programs, name), 0o755);
		}
		const env = {DISPLAY: ':0', PATH: `${programs}:${process.env.PATH}`};
		const {exitCode, stdout} = await runProgram(['runs', 'report', one, '--open'], {cwd, env});
		expect(exitCode).toBe(0);
		expect(readFileSync(join(programs, 'called'), 'utf8')).toBe(`--fork xdg-open ${stdout} `);
	});
});

// What was JSON was taken for an event: `runs show` ended as a bug of ours.
describe('lines of a record that are no events', () => {
	const strange = [
		'null',
		'7',
		'[]',
		'{}',
		'{"type":"toString"}',
		'{"seq":2,"at":1,"type":"of-tomorrow"}',
		'{"seq":2,"at":1,"type":"run-started"}',
		'{"seq":2,"at":1,"type":"step-finished","step":"provider-image"}',
		'{"seq":2,"at":1,"type":"check","step":"check-host","result":null}',
		'{"seq":2,"at":1,"type":"host","cpu":1,"memory":1,"disks":[null]}',
		'{"seq":2,"at":1,"type":"run-finished","outcome":"failed","failure":{}}',
	];
	test.each([['show'], ['replay'], ['show', '--json'], ['report'], ['diff']])(
		'are skipped by runs %s',
		async (...words) => {
			const cwd = temporaryFolder();
			const events = join(record(cwd, one, {tookSeconds: 60}), 'events.ndjson');
			const [first, ...others] = readFileSync(events, 'utf8').split('\n');
			writeFileSync(events, [first, ...strange, ...others].join('\n'));
			const [command = '', ...options] = words;
			const {exitCode, stdout, stderr} = await runs(
				cwd,
				command,
				one,
				...(command === 'diff' ? [one] : []),
				...options,
			);
			expect(stderr).not.toContain('bug');
			expect(exitCode).toBe(0);
			expect(stdout).toContain(one);
			if (command === 'show' || command === 'replay')
				expect(stderr).toContain('skipped what is no event: line 2, 3, 4, 5, 6 and 6 more');
		},
	);
});
