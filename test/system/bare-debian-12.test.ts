import {describe, expect, test} from 'vitest';
import {toReview} from '../helpers/home-keys.ts';
import {bareMachinesOf, mirror, mountsLeft, readmeLine} from './bare-machine/bare-machine.ts';

const minutes = 60_000;

// It needs a machine whose apt knows a mirror of Debian.
describe.skipIf(!mirror)('on a bare Debian 12 with git, Node 18 and npm 9', () => {
	const bareMachine = bareMachinesOf('bookworm');

	test(
		'the first command of the README, with Enter alone, installs what is missing and ends in "passed"',
		async () => {
			const machine = await bareMachine();
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
