import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// Its last MiB stood in the log as if it were all of it.
test('a log line of 64 MiB says how much of it was left out', async () => {
	const cwd = temporaryFolder();
	const {env} = fakeMachine({install: "/usr/bin/head -c 67108864 /dev/zero | /usr/bin/tr '\\0' x; echo ' the end'"});
	await runProgram(['build', '--preset', 'rehearsal', '--yes'], {cwd, env, timeoutMs: 100_000});
	const [run = ''] = readdirSync(join(cwd, 'build/runs'));
	const log = readFileSync(join(cwd, 'build/runs', run, 'logs/check-host.log'), 'utf8');
	expect(log).toMatch(/\[6\d{7} characters of this line were left out\] x+ the end/);
}, 120_000);
