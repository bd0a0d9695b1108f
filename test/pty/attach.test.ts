import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const size = {columns: 120, rows: 40};
const limit = 30_000;

/** A run that stays in its first step until the gate is opened, and home in another terminal. */
async function runBesideHome() {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), 'schemaVersion: 1\nname: mine\nsettings:\n  builder: rehearsal\n');
	const {env, open} = hangingBuildah();
	const run = startUnattended(['build', '--preset', 'mine', '--yes'], {cwd, env});
	await run.prints('▶ Checking this machine', limit);
	const home = startProgram([], {cwd, ...size});
	await home.shows(/mine: Checking this machine, in another terminal/);
	return {run, open, home};
}

test('a run of another terminal is watched by a, live to its end', async () => {
	const {run, open, home} = await runBesideHome();
	await follow(home, ['a', /mine +in another terminal.*Running/]);
	expect(home.screen()).not.toContain('stop');
	open();
	await home.shows(/mine +looking back.*Failed/);
	expect(await run.exitCode(limit)).toBe(3);
	await follow(home, ['escape', 'Past runs'], ['escape', 'New build']);
});

test('one that is killed is told as unfinished to who watches it', async () => {
	const {run, home} = await runBesideHome();
	await openEntry(home, 'Past runs');
	await follow(home, [[], /1 \S+ running +mine/], ['enter', /in another terminal.*Running/]);
	run.signal('SIGKILL');
	await home.shows(/mine +looking back.*Unfinished/);
	home.press('q');
	expect(await home.exitCode()).toBe(0);
});

test('leaving it does not stop it', async () => {
	const {run, home} = await runBesideHome();
	await follow(home, ['a', /in another terminal.*Running/]);
	home.press('ctrl+c');
	await home.exitCode();
	expect(run.hasEnded()).toBe(false);
});
