import {describe, expect, test} from 'vitest';
import {bareMachinesOf, mirror, mountsLeft, readmeLine} from './bare-machine/bare-machine.ts';

const minutes = 60_000;
const unattended = readmeLine(/^npm start .*<\/dev\/null/);

// They need a machine whose apt knows a mirror of Debian.
// Tests on a prepared machine hid that no new user got to the end: packages were missing, npm 9 links no Node of ours,
// buildah wants netavark and more processes than a container may have.
describe.skipIf(!mirror)('on a bare Debian 13 with git, Node 20.19 and npm 9', () => {
	const bareMachine = bareMachinesOf('trixie');

	test(
		'the unattended line of the README, as root in a chroot, ends in "passed", and `npm test` too',
		async () => {
			const machine = await bareMachine();
			const {exitCode, printed} = await machine.run(unattended, {way: 'chroot'});
			expect(printed).toContain('REHEARSAL ✔ Passed.');
			expect(exitCode).toBe(0);
			const tests = await machine.run(readmeLine(/^npm test\s/), {way: 'chroot'}, 18 * minutes);
			expect(tests.exitCode, tests.printed).toBe(0);
			expect(mountsLeft()).toEqual([]);
		},
		28 * minutes,
	);

	test(
		'an ordinary user is told the line for an administrator, and after it the unattended line ends in "passed"',
		async () => {
			const machine = await bareMachine();
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
