import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const minutes = 60_000;
const timeoutMs = 20 * minutes;
const build = (cwd: string) =>
	runProgram(['build', '--preset', 'rehearsal', '--only', 'provider-image', '--yes'], {cwd, timeoutMs});
const imagesToClean = async (cwd: string) => {
	const {stdout} = await runProgram(['clean', '--preset', 'rehearsal', '--json'], {cwd});
	return JSON.parse(stdout).candidates.filter(({kind}: {kind: string}) => kind === 'images');
};

// Both guessed the same name for buildah's container, and the first to end removed the other's. Images had one name on the
// whole machine: `clean` offered another workspace's, and its workspace was left without.
test(
	'two workspaces that build the same image at once keep their containers and images apart',
	async () => {
		const [first, second, stranger] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
		const ends = await Promise.all([build(first), build(second)]);
		for (const {exitCode, stdout} of ends) {
			expect(stdout).toContain('REHEARSAL ✔ Passed.');
			expect(exitCode).toBe(0);
		}
		expect(await imagesToClean(stranger)).toEqual([]);
		// One of the two holds the usual name, too, and has two lines in buildah's list.
		expect(await imagesToClean(first)).toHaveLength(1);
		expect(await imagesToClean(second)).toHaveLength(1);
		expect((await runProgram(['clean', 'images', '--preset', 'rehearsal', '--yes'], {cwd: first})).exitCode).toBe(0);
		expect(await imagesToClean(first)).toEqual([]);
		const verified = await runProgram(['verify', 'image', '--preset', 'rehearsal'], {cwd: second, timeoutMs});
		expect(verified.stdout).toContain('REHEARSAL ✔ Passed.');
		expect((await runProgram(['clean', 'images', '--preset', 'rehearsal', '--yes'], {cwd: second})).exitCode).toBe(0);
	},
	45 * minutes,
);
