import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {seaOfRecords} from '../verification/iso/hostile-iso.ts';

// The reader was at it for more than 200 s: each folder was small enough, and nobody added them up.
test('an ISO of thousands of folders over one sea of records is refused before a minute is over', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'build'));
	writeFileSync(join(cwd, 'build/palette-edge-installer-rehearsal.iso'), seaOfRecords());
	const {stdout, exitCode} = await runProgram(['verify', 'iso', '--preset', 'rehearsal'], {cwd, timeoutMs: 60_000});
	expect(stdout).toMatch(/the ISO cannot be read: its folders take more than/);
	expect(exitCode).toBe(6);
}, 80_000);
