import {mkdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readNodeprep} from '../../source/builders/overlay-files.ts';
import {realFiles} from '../../source/host/files.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const script = await readNodeprep({files: realFiles});

test('nodeprep prints the script byte for byte, and nothing else', async () => {
	const {exitCode, stdout} = await runProgram(['nodeprep'], {cwd: temporaryFolder()});
	expect(exitCode).toBe(0);
	// Its last line end is taken away by what reads it here.
	expect(`${stdout}\n` === script).toBe(true);
});

test('--output writes it to a file that can be run, in the folder one is in', async () => {
	const cwd = temporaryFolder();
	const {exitCode, stdout} = await runProgram(['nodeprep', '--output', 'mine.sh'], {cwd});
	expect([exitCode, stdout]).toEqual([0, `nodeprep is in ${join(cwd, 'mine.sh')}`]);
	expect(readFileSync(join(cwd, 'mine.sh'), 'utf8') === script).toBe(true);
	expect(statSync(join(cwd, 'mine.sh')).mode & 0o777).toBe(0o755);
});

test('what no file can be is refused, and settings are', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'folder'));
	expect(await runProgram(['nodeprep', '--output', 'folder'], {cwd})).toMatchObject({
		exitCode: 2,
		stderr: expect.stringContaining('it is a folder'),
	});
	expect(await runProgram(['nodeprep', 'ARCH=arm64'], {cwd})).toMatchObject({
		exitCode: 2,
		stderr: expect.stringContaining('nodeprep takes no settings, such as ARCH'),
	});
});
