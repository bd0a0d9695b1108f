import {mkdirSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa} from 'execa';
import {describe, expect, test} from 'vitest';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {launcher} from '../helpers/launcher.ts';
import {cleanEnvironment} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const workspaceWithRuns = (count: number, {manifest}: {manifest: boolean}) => {
	const folder = temporaryFolder();
	for (let index = 0; index < count; index++) {
		const id = `2026-11-26T00-00-00-edge-${String(index).padStart(4, '0')}`;
		const run = join(folder, 'build/runs', id);
		mkdirSync(run, {recursive: true});
		const header = {runId: id, preset: 'edge', rehearsal: true, folder: run};
		const began = {seq: 1, at: 1_700_000_000_000, type: 'run-started', run: header, plan: [], settings: {}};
		writeFileSync(join(run, 'events.ndjson'), `${JSON.stringify(began)}\n${'x'.repeat(100_000)}\n`);
		if (!manifest) continue;
		const ended = {...header, outcome: 'passed', exitCode: 0, startedAt: 1, endedAt: 2, settings: {}, steps: []};
		writeFileSync(join(run, 'run.json'), JSON.stringify(ended));
	}
	return folder;
};

// All run.json were opened at once, and those beyond the limit of open files counted as missing: the list was short.
test.each([true, false])(
	'1,000 runs are listed by a process that may open 60 files (run.json there: %s)',
	async manifest => {
		const cwd = workspaceWithRuns(1000, {manifest});
		const {stdout} = await execa('sh', ['-c', 'ulimit -n 60; exec "$0" runs list', launcher], {
			cwd,
			env: cleanEnvironment(),
			extendEnv: false,
			reject: false,
		});
		const lines = stdout.split('\n');
		expect(lines).toHaveLength(1000);
		expect(lines.filter(line => line.includes(manifest ? 'passed' : 'interrupted'))).toHaveLength(1000);
	},
);

// The events of a run that was killed were read as a whole, to learn when it began.
test('a run whose events are larger than what a program can hold is listed', async () => {
	const cwd = workspaceWithRuns(1, {manifest: false});
	truncateSync(join(cwd, 'build/runs/2026-11-26T00-00-00-edge-0000/events.ndjson'), 8 * 1024 ** 3);
	const {stdout, exitCode} = await runProgram(['runs', 'list'], {cwd});
	expect(stdout).toMatch(/interrupted .*edge-0000$/m);
	expect(exitCode).toBe(0);
});

// Runs were sorted by name: of two that began in the same second the last was whichever stands last in the alphabet.
test('the last run is the one that began last', async () => {
	const cwd = workspaceWithRuns(2, {manifest: true});
	const first = join(cwd, 'build/runs/2026-11-26T00-00-00-edge-0000/run.json');
	writeFileSync(first, JSON.stringify({...JSON.parse(readFileSync(first, 'utf8')), startedAt: 5, endedAt: 6}));
	expect((await runProgram(['runs', 'list'], {cwd})).stdout.split('\n')[0]).toContain('edge-0000');
	expect((await runProgram(['runs', 'replay', 'last', '--json'], {cwd})).stdout).toContain('edge-0000');
});

// It said "did not end: it was killed" of a build that was at work in another terminal.
describe('a build that is at work', () => {
	test.each([
		['show', 'did not end: it was killed'],
		['replay', 'did not end: it was killed'],
	])('runs %s says that it is still running, and not that it was killed', async (command, killed) => {
		const cwd = temporaryFolder();
		const program = startUnattended(['build', '--preset', 'rehearsal'], {cwd, env: hangingBuildah().env});
		await program.prints('Checking this machine', 60_000);
		const shown = await runProgram(['runs', command, 'last'], {cwd});
		expect(shown.stdout).toContain('is still running');
		expect(shown.stdout).not.toContain(killed);
		expect((await runProgram(['runs', 'list'], {cwd})).stdout).toMatch(/^▶ running /);
		program.signal('SIGKILL');
		await program.exitCode(60_000);
		expect((await runProgram(['runs', command, 'last'], {cwd})).stdout).toContain(killed);
		expect((await runProgram(['runs', 'list'], {cwd})).stdout).toMatch(/^! interrupted /);
	});
});

test('a run that goes on is neither deleted nor has a report', async () => {
	const cwd = temporaryFolder();
	const program = startUnattended(['build', '--preset', 'rehearsal'], {cwd, env: hangingBuildah().env});
	await program.prints('Checking this machine', 60_000);
	for (const words of [
		['delete', 'last', '--yes'],
		['report', 'last'],
	]) {
		const {exitCode, stderr} = await runProgram(['runs', ...words], {cwd});
		expect(stderr).toContain('goes on');
		expect(exitCode).toBe(2);
	}
	program.signal('SIGKILL');
	await program.exitCode(60_000);
	expect((await runProgram(['runs', 'delete', 'last', '--yes'], {cwd})).exitCode).toBe(0);
});

// Without a terminal nobody can agree: it removed nothing, said nothing, and exit 0 told the script that all was well.
test('clean runs without a terminal says that nothing was removed: exit 2', async () => {
	const cwd = workspaceWithRuns(1, {manifest: true});
	const {exitCode, stderr} = await runProgram(['clean', 'runs'], {cwd});
	expect(stderr).toContain('Nothing was removed. Say --yes');
	expect(exitCode).toBe(2);
	expect((await runProgram(['clean', 'runs', '--yes'], {cwd})).exitCode).toBe(0);
	expect((await runProgram(['runs', 'list'], {cwd})).stdout).toContain('There is no run yet.');
});
