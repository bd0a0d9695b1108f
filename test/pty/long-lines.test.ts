import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {parseEvents} from '../../source/pipeline/replay.ts';
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

test('bytes that are no text, redrawn lines and a last line without its end are in the log and in the events', async () => {
	const cwd = temporaryFolder();
	const {env} = fakeMachine({install: "printf 'a\\0b\\377c\\n10 %%\\r90 %%\\r\\nthe last one'"});
	const {stdout} = await runProgram(['build', '--preset', 'rehearsal', '--yes'], {cwd, env});
	const [run = ''] = readdirSync(join(cwd, 'build/runs'));
	const log = readFileSync(join(cwd, 'build/runs', run, 'logs/check-host.log'), 'utf8');
	const texts = parseEvents(readFileSync(join(cwd, 'build/runs', run, 'events.ndjson'), 'utf8')).flatMap(event =>
		event.type === 'log' ? event.chunk.text.split('\n') : [],
	);
	for (const text of ['a\0b\uFFFDc', '90 %', 'the last one']) {
		expect(texts).toContain(text);
		expect(log).toContain(` ${text}\n`);
	}
	expect(stdout).toContain('ab\uFFFDc');
	expect(stdout).toContain('the last one');
	expect(stdout).not.toContain('\0');
});
