import {readdirSync} from 'node:fs';
import {expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {recordRun} from '../helpers/recorded-run.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const size = {columns: 120, rows: 40};
const [left, right, home, end] = ['\u001B[D', '\u001B[C', '\u001B[H', '\u001B[F'];

/** A workspace with the record of a run of eleven minutes, a step a minute. */
function workspaceWithRun() {
	const cwd = temporaryFolder();
	recordRun(cwd, {preset: 'mine', stepMs: 60_000});
	return cwd;
}

test('a past run plays in the dashboard: pause, speeds, steps, seeking, end, and back from there', async () => {
	const program = startProgram(['runs', 'replay', 'last'], {cwd: workspaceWithRun(), ...size});
	await follow(
		program,
		[[], /mine +replay.*Running.*step 1 of 11/],
		[[], /playing.* 0:11:00 +10×/],
		[' ', /paused/],
		['>', '30×'],
		['<', ' 10×'],
		[home, /paused +0:00:00/],
		[right, /paused +0:00:10/],
		[left, /paused +0:00:00/],
		[[']', ']'], /paused +0:02:00/],
		[[], /Running 2m 00s · step 3 of 11/],
		['[', /paused +0:01:00/],
		[end, /mine +looking back.*Passed 11m 00s/],
		[[], /at its end +0:11:00/],
		[left, /replay.*Running 10m/],
		['[', /paused +0:10:00/],
	);
	program.press('q');
	expect(await program.exitCode()).toBe(0);
	// How the run ended, wherever the player was.
	await program.shows(/^REHEARSAL ✔ Passed\. Run \S+ took 11m 00s\..*Everything about it: /ms);
});

test('at the end it stays, and Space plays it again', async () => {
	const program = startProgram(['runs', 'replay', 'last', '--pace', '100000'], {cwd: workspaceWithRun(), ...size});
	await follow(
		program,
		[[], /at its end +0:11:00 +\S+ +0:11:00 +max/],
		[['<', '<', ' '], /playing.*30×|playing.*100×/],
	);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(0);
});

test('a past run chosen at home is shown as it ended, and can be played from there', async () => {
	const program = startProgram([], {cwd: workspaceWithRun(), ...size});
	await program.shows('Build again');
	await openEntry(program, 'Past runs');
	await follow(
		program,
		[[], /passed +mine/],
		['enter', /looking back.*Passed/],
		[[home, ' '], /replay.*Running/],
		['?', 'To the beginning of the step before'],
		['x', 'playing'],
		['escape', 'Past runs'],
	);
});

test('the demo needs and leaves nothing, is whole at every size, and says that nothing was built', async () => {
	const cwd = temporaryFolder();
	const program = startProgram(['build', '--demo'], {cwd, ...size});
	await follow(
		program,
		[[], /DEMO +edge-appliance.*Running/],
		[[']', ']', ']', ' '], /paused.*DEMO: nothing is built/],
	);
	for (const [columns, rows] of [
		[60, 20],
		[80, 24],
		[120, 40],
		[200, 60],
	] as const) {
		program.resize(columns, rows);
		await program.shows(new RegExp(`^ edge-builder  DEMO .{${columns - 21}}$`, 'm'));
		await until(
			() => program.frameFault() === undefined,
			() => `${program.frameFault()} at ${columns}×${rows}:\n${program.screen()}`,
		);
		expect(program.screen()).toMatch(/paused.*DEMO/);
	}
	await follow(program, [[']', '>', '>', '>', ' '], /max/], [[], /DEMO.*Passed 4\dm/], [[], /at its end/]);
	program.press('q');
	expect(await program.exitCode()).toBe(0);
	await program.shows('Nothing was built.');
	expect(readdirSync(cwd)).toEqual([]);
});

test('without a terminal the demo is lines', async () => {
	const cwd = temporaryFolder();
	const program = startUnattended(['build', '--demo'], {cwd});
	expect(await program.exitCode(10_000)).toBe(0);
	expect(program.printed()).toMatch(/^DEMO: .*DEMO: this was an example. Nothing was built.\n$/s);
	expect(readdirSync(cwd)).toEqual([]);
});

test('the first start offers it, and leads back', async () => {
	const program = startProgram([], {cwd: temporaryFolder(), ...size});
	await follow(
		program,
		[[], 'Watch a demo'],
		['5', /DEMO.*Running/],
		['z', / 1 Steps {2}2 Log/],
		['escape', 'Makes an edge image'],
		// The layout is kept, though there is no workspace yet.
		['5', / 1 Steps {2}2 Log/],
		['escape', 'Makes an edge image'],
	);
	program.press('q');
	expect(await program.exitCode()).toBe(0);
});
