import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** A disk on which a write with this text in it, and each that comes after, finds no space. */
const fullFrom = (text: string) => {
	const preload = join(temporaryFolder(), 'disk.cjs');
	writeFileSync(
		preload,
		`const fs = require('node:fs');
const {promisify} = require('node:util');
const write = fs.write;
const written = promisify(write);
let isFull = false;
fs.write = Object.assign((...words) => write(...words), {
	async [promisify.custom](file, bytes) {
		isFull ||= Buffer.from(bytes).includes(${JSON.stringify(text)});
		if (!isFull) return written(file, bytes);
		throw Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', syscall: 'write'});
	},
});
require('node:module').syncBuiltinESMExports();
`,
	);
	return {NODE_OPTIONS: `--require=${preload}`};
};

const setUp = async ({from = '"run-finished"', output = []}: {from?: string; output?: readonly string[]} = {}) => {
	const {clone, c} = await fakeCanvos();
	const {root: cwd} = c.workspace;
	const settings = ['BUILDER=canvos', 'EDGE_APPLIANCE=false', `CANVOS_SOURCE=${clone}`, 'CANVOS_REF=v4.8.10'];
	return {cwd, ...(await runProgram(['setup', ...output, ...settings], {cwd, env: fullFrom(from)}))};
};

// What broke while the last lines were written was swallowed: "Passed", exit 0, and a record without its end.
test('a run whose last lines can’t be recorded has failed, and its summary says why: exit 3', async () => {
	const {cwd, stdout, stderr, exitCode} = await setUp();
	expect(stdout).toContain('✔ Source tree prepared');
	expect(stdout).toContain('✖ Failed.');
	expect(stdout).not.toContain('Passed');
	expect(stdout).toMatch(/✖ No space is left on the disk for \S+\/events\.ndjson\n {2}→ Free some space/);
	expect(stderr).not.toContain('our bug');
	expect(exitCode).toBe(3);
	const {runs} = JSON.parse((await runProgram(['runs', 'list', '--json'], {cwd})).stdout);
	expect(runs).toMatchObject([{outcome: 'failed', failure: expect.stringContaining('No space is left on the disk')}]);
	const report = readFileSync(join(cwd, 'build/runs', runs[0].id, 'report.html'), 'utf8');
	expect(report).toContain('No space is left on the disk');
});

test('the same for programs: the last event is a failed end with its reason', async () => {
	const {stdout, exitCode} = await setUp({output: ['--json']});
	const events = stdout
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(events.at(-1)).toMatchObject({type: 'run-finished', outcome: 'failed', failure: {code: 'disk-full'}});
	expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => index + 1));
	expect(exitCode).toBe(3);
});

test.each(['"run-started"', '"step-finished"'])('a run that can’t record %s stops and says why', async from => {
	const {stdout, exitCode} = await setUp({from});
	expect(stdout).toContain('✖ Failed.');
	const [, summary = ''] = stdout.split('✖ Failed.');
	expect(summary.match(/No space is left on the disk/g)).toHaveLength(1);
	expect(summary).toContain('Free some space');
	expect(exitCode).toBeGreaterThan(1);
});
