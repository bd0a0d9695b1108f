import {readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// A file's path, and a folder in which nothing can be made: the first two ended as "our bug" with a stack, and below
// /proc Node's recursive mkdir never came back.
test.each([['info'], ['runs', 'list'], ['clean'], ['presets', 'save', 'mine'], ['download', '--plain']])(
	'%s %s says what is wrong with a workspace that is a file, or in which nothing can be made',
	async (...words) => {
		const cwd = temporaryFolder();
		const file = join(cwd, 'file');
		writeFileSync(file, '');
		for (const workspace of [file, '/sys/nothing', '/proc/nothing']) {
			const {exitCode, stdout, stderr} = await runProgram([...words, '--workspace', workspace], {cwd});
			expect(`${stdout}${stderr}`).not.toMatch(/our bug|^ {4}at /m);
			// To look where nothing is finds nothing.
			if (workspace === file || !/^(info|runs)/.test(words.join(' '))) expect(exitCode).toBe(3);
		}
	},
);

// The try of the package mirror made build/state/checks for its answer; doctor, and the menu, which looks at the machine in
// the background, left build/state behind, and the answer too when they were killed.
test('a look at the machine leaves nothing in the folder it was started in', async () => {
	const cwd = temporaryFolder();
	const temporary = temporaryFolder();
	await runProgram(['doctor', '--builder', 'rehearsal'], {cwd, env: {TMPDIR: temporary}});
	expect(readdirSync(cwd)).toEqual([]);
	expect(readdirSync(temporary)).toEqual([]);
});
