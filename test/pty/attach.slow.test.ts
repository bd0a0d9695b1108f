import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test, vi} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {type Program, startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

vi.setConfig({testTimeout: 60_000});

const size = {columns: 120, rows: 40};
const limit = 30_000;

/** A run that stays in its first step until the gate is opened. */
async function runElsewhere() {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), 'schemaVersion: 1\nname: mine\nsettings:\n  builder: rehearsal\n');
	const {env, open} = hangingBuildah();
	const run = startUnattended(['build', '--preset', 'mine', '--yes'], {cwd, env});
	await run.prints('▶ Checking this machine', limit);
	return {cwd, run, open, id: readdirSync(join(cwd, 'build/runs'))[0] ?? ''};
}

/** The same, and home in another terminal. */
async function runBesideHome() {
	const {cwd, ...elsewhere} = await runElsewhere();
	const home = startProgram([], {cwd, ...size});
	await home.shows(/mine: Checking this machine, in another terminal/);
	return {...elsewhere, home};
}

/** The same, and its view in another terminal. */
async function runBesideView({columns, rows} = size) {
	const elsewhere = await runElsewhere();
	const view = startProgram(['runs', 'attach'], {cwd: elsewhere.cwd, columns, rows});
	await view.shows(/mine +in another terminal.*Running/);
	return {...elsewhere, view};
}

const isWhole = (program: Program) =>
	until(
		() => program.frameFault() === undefined,
		() => `${program.frameFault()}\n${program.screen()}`,
		limit,
	);

test('a run of another terminal is watched by a, live to its end', async () => {
	const {run, open, home} = await runBesideHome();
	await follow(home, ['a', /mine +in another terminal.*Running/]);
	await home.shows('q leave');
	open();
	await home.shows(/mine +looking back.*Failed/);
	expect(await run.exitCode(limit)).toBe(3);
	await follow(home, ['escape', 'Past runs'], ['escape', 'New build']);
});

// It said "running" for good, or only that it is unfinished.
test('one that is killed is told as that to who watches it', async () => {
	const {run, home} = await runBesideHome();
	await openEntry(home, 'Past runs');
	await follow(home, [[], /1 \S+ running +mine/], ['enter', /in another terminal.*Running/]);
	run.signal('SIGKILL');
	await home.shows(/mine +looking back.*Unfinished/);
	await home.shows(/process of this run ended without a word/);
	await home.shows(/The next start cleans up after it/);
	home.press('q');
	expect(await home.exitCode()).toBe(0);
});

test('leaving it asks, does not stop it, and leads back', async () => {
	const {run, home} = await runBesideHome();
	await follow(
		home,
		['a', /in another terminal.*Running/],
		['ctrl+c', '❯ l  Leave it running'],
		['n', 'q leave'],
		['q', 'Leave this view?'],
		['enter', 'New build'],
	);
	expect(run.hasEnded()).toBe(false);
});

test('runs attach shows it, whole, and its viewer may be killed', async () => {
	const {run, view, cwd, open, id} = await runBesideView({columns: 80, rows: 24});
	await isWhole(view);
	view.signal('SIGKILL');
	await view.exitCode();
	expect(run.hasEnded()).toBe(false);
	open();
	expect(await run.exitCode(limit)).toBe(3);
	const {exitCode, stdout} = await runProgram(['runs', 'attach', id], {cwd});
	expect(exitCode).toBe(3);
	expect(stdout).toContain('✖ Failed.');
});

test('leaving runs attach says how to come back, and exits with 0 while it goes on', async () => {
	const {run, view, id} = await runBesideView();
	await follow(view, ['q', 'Leave this view?'], ['enter', `Run ${id} goes on.`]);
	expect(view.screen()).toContain(`runs attach ${id}`);
	expect(await view.exitCode()).toBe(0);
	expect(run.hasEnded()).toBe(false);
});

test('it is stopped from the view, cleans up by itself, and its end is shown there', async () => {
	const {run, view, cwd, id} = await runBesideView();
	await follow(view, ['q', 'Leave this view?'], ['down', '❯ y  Stop the build'], ['enter', /Stopping|Cancelled/]);
	await view.shows(/looking back.*Cancelled/, 15_000);
	expect(await run.exitCode(limit)).toBe(130);
	expect(existsSync(join(cwd, 'build/runs', id, 'run.json'))).toBe(true);
	expect(view.survivors(id)).toEqual([]);
	await view.shows('q quit', 10_000);
	view.press('q');
	await view.shows('■ Cancelled.', 10_000);
	expect(await view.exitCode()).toBe(130);
});

test('without a terminal it is followed in lines, or as events, to its exit code', async () => {
	const {cwd, open, run} = await runElsewhere();
	const lines = startUnattended(['runs', 'attach'], {cwd});
	const json = startUnattended(['runs', 'attach', 'last', '--json'], {cwd});
	await lines.prints('▶ Checking this machine', limit);
	await json.prints('"run-started"', limit);
	expect(run.hasEnded()).toBe(false);
	open();
	expect(await lines.exitCode(limit)).toBe(3);
	expect(lines.printed()).toMatch(/Checking this machine failed.*✖ Failed\. Run /s);
	expect(await json.exitCode(limit)).toBe(3);
	const events = json
		.printed()
		.trim()
		.split('\n')
		.map(line => JSON.parse(line));
	expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => index + 1));
	expect(events.at(-1)).toMatchObject({type: 'run-finished', outcome: 'failed'});
});

test('in lines a kill is told, and what is left is no success', async () => {
	const {cwd, run} = await runElsewhere();
	const lines = startUnattended(['runs', 'attach'], {cwd});
	await lines.prints('▶ Checking this machine', limit);
	run.signal('SIGKILL');
	expect(await lines.exitCode(limit)).toBe(130);
	expect(lines.printed()).toContain('ended without a word');
	const {stdout} = await runProgram(['runs', 'list'], {cwd});
	expect(stdout).toContain('interrupted');
});

test('Ctrl-C leaves it in lines, and it goes on', async () => {
	const {cwd, run} = await runElsewhere();
	const lines = startProgram(['runs', 'attach', '--plain'], {cwd, ...size});
	await lines.shows('▶ Checking this machine');
	lines.press('ctrl+c');
	await lines.shows('goes on.');
	expect(await lines.exitCode()).toBe(130);
	expect(run.hasEnded()).toBe(false);
});

test('runs stop stops it in order and waits for that', async () => {
	const {cwd, run, id} = await runElsewhere();
	const {exitCode, stdout} = await runProgram(['runs', 'stop'], {cwd});
	expect(stdout).toContain(`Run ${id} has stopped.`);
	expect(exitCode).toBe(0);
	expect(await run.exitCode(limit)).toBe(130);
});

test.each(['attach', 'stop'])('runs %s says that no run goes on where none does', async command => {
	const {exitCode, stderr} = await runProgram(['runs', command], {cwd: temporaryFolder()});
	expect(stderr).toContain('No run goes on in this workspace');
	expect(exitCode).toBe(2);
});
