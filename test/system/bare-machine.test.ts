import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest';
import {debianMirror} from '../helpers/debian-mirror.ts';
import {toReview} from '../helpers/home-keys.ts';
import {makeBareMachine, mountsLeft, packDebian, readmeLine} from './bare-machine/bare-machine.ts';

const minutes = 60_000;
const mirror = debianMirror() ?? '';
const unattended = readmeLine(/^npm start .*<\/dev\/null/);
const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const bareMachine = async (packed: string) => {
	const machine = await makeBareMachine(packed);
	onTestFinished(machine.remove);
	return machine;
};

// They need a machine whose apt knows a mirror of Debian.
// Tests on a prepared machine hid that no new user got to the end: packages were missing, npm 9 links no Node of ours,
// buildah wants netavark and more processes than a container may have.
describe.skipIf(!mirror)('on a bare Debian 13 with git, Node 20.19 and npm 9', () => {
	let packed: string;
	beforeAll(async () => {
		packed = await packDebian('trixie', folder, mirror);
	}, 10 * minutes);

	test(
		'the unattended line of the README, as root in a chroot, ends in "passed", and `npm test` too',
		async () => {
			const machine = await bareMachine(packed);
			const {exitCode, printed} = await machine.run(unattended, {way: 'chroot'});
			expect(printed).toContain('REHEARSAL ✔ Passed.');
			expect(exitCode).toBe(0);
			const tests = await machine.run(readmeLine(/^npm test\s/), {way: 'chroot'});
			expect(tests.exitCode, tests.printed).toBe(0);
			expect(mountsLeft()).toEqual([]);
		},
		28 * minutes,
	);

	test(
		'an ordinary user is told the line for an administrator, and after it the unattended line ends in "passed"',
		async () => {
			const machine = await bareMachine(packed);
			const refused = await machine.run(unattended, {user: 'builder'});
			expect(refused.exitCode, refused.printed).toBe(3);
			const line = /an administrator has to run: (.+)/.exec(refused.printed)?.[1];
			expect(line, refused.printed).toContain('apt-get');
			const installed = await machine.run(line ?? '');
			expect(installed.exitCode, installed.printed).toBe(0);
			// With a hard limit below what buildah would ask for by itself, as containers and small machines have.
			const {exitCode, printed} = await machine.run(`prlimit --nproc=20000 ${unattended}`, {user: 'builder'});
			expect(printed).toContain('REHEARSAL ✔ Passed.');
			expect(exitCode).toBe(0);
			expect(mountsLeft()).toEqual([]);
		},
		28 * minutes,
	);
});

describe.skipIf(!mirror)('on a bare Debian 12 with git, Node 18 and npm 9', () => {
	let packed: string;
	beforeAll(async () => {
		packed = await packDebian('bookworm', folder, mirror);
	}, 10 * minutes);

	test(
		'the first command of the README, with Enter alone, installs what is missing and ends in "passed"',
		async () => {
			const machine = await bareMachine(packed);
			const program = machine.open(readmeLine(/^npm start\s/));
			await toReview(program, 5 * minutes);
			await program.shows(/Install \d+ packages, then build/, 2 * minutes);
			program.press('enter');
			await program.shows('Passed in', 15 * minutes);
			program.press('q');
			expect(await program.exitCode(minutes)).toBe(0);
			expect(program.screen()).toContain('REHEARSAL ✔ Passed.');
			expect(mountsLeft()).toEqual([]);
		},
		20 * minutes,
	);
});
