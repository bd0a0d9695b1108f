import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {FixableError, ToolError} from '../../source/errors.ts';
import {identityOf} from '../../source/host/process-table.ts';
import {createHost} from '../../source/host/real-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const host = await createHost();
const isAlive = (pid: number) => identityOf(pid) !== undefined;

test('a value with shell characters reaches the program as it is', async () => {
	const {stdout} = await host.run({program: 'printf', args: ['%s', '$(id); `id` "x" \n']});
	expect(stdout).toBe('$(id); `id` "x" \n');
});

test('a program that is not installed is named, with what to do', async () => {
	const error = await host.run({program: 'no-such-program-here', args: []}).catch(error => error);
	expect(error).toBeInstanceOf(FixableError);
	expect(error.message).toBe('no-such-program-here is not installed');
	expect(error.hint).toContain('doctor --fix');
});

test('a failing program is told with its exit code and its last lines', async () => {
	const error = await host
		.run({program: 'sh', args: ['-c', 'echo first; echo second >&2; exit 7'], what: 'Trying'})
		.catch(error => error);
	expect(error).toBeInstanceOf(ToolError);
	expect(error.message).toBe('Trying: sh failed with exit code 7');
	expect(error.lastLines.toSorted()).toEqual(['first', 'second']);
});

test('cancelling ends grandchildren too, even those that ignore the first signal', async () => {
	const folder = temporaryFolder();
	const script = `trap '' TERM; sleep 1000 & echo $! > ${folder}/pid; wait`;
	const controller = new AbortController();
	const running = host.run({program: 'sh', args: ['-c', script], signal: controller.signal, graceMs: 200});
	await until(
		() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8') !== '',
		() => 'no pid',
	);
	const grandchild = Number(readFileSync(join(folder, 'pid'), 'utf8'));
	expect(isAlive(grandchild)).toBe(true);
	controller.abort(new DOMException('stop', 'AbortError'));
	await expect(running).rejects.toThrow('stop');
	expect(isAlive(grandchild)).toBe(false);
});

test('what a program leaves running in its group ends with it', async () => {
	const {stdout} = await host.run({program: 'sh', args: ['-c', 'sleep 1000 >/dev/null 2>&1 & echo $!'], graceMs: 500});
	expect(isAlive(Number(stdout))).toBe(false);
});

test('a program that ended is not waited for because something it left holds its output', async () => {
	const {stdout} = await host.run({program: 'sh', args: ['-c', 'sleep 1000 & echo $!'], graceMs: 500});
	expect(isAlive(Number(stdout))).toBe(false);
});

test('a cancel ends even when a process that left the group holds the output', async () => {
	const folder = temporaryFolder();
	const controller = new AbortController();
	const script = `setsid sh -c 'echo $$ > ${folder}/pid; sleep 1000' & sleep 1000`;
	const running = host.run({program: 'sh', args: ['-c', script], signal: controller.signal, graceMs: 200});
	await until(
		() => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8') !== '',
		() => 'no pid',
	);
	// It is for the reaper to end, by the marker of its run.
	onTestFinished(() => void process.kill(-Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL'));
	controller.abort(new DOMException('stop', 'AbortError'));
	await expect(running).rejects.toThrow('stop');
});

test('all that a program printed arrives, however slowly it is read', async () => {
	const stuck = new Int32Array(new SharedArrayBuffer(4));
	let reads = 0;
	const {stdout} = await host.run({
		program: 'seq',
		args: ['20000'],
		onLines: () => void (reads++ < 3 && Atomics.wait(stuck, 0, 0, 600)),
	});
	expect(stdout.trimEnd().split('\n')).toHaveLength(20_000);
});

test('a missing folder is not taken for a missing program', async () => {
	const error = await host.run({program: 'true', args: [], cwd: '/no/such/folder'}).catch(error => error);
	expect(error.message).toBe('true: the folder /no/such/folder does not exist');
});

test('a program that may not be started is told so', async () => {
	const error = await host.run({program: '/etc/os-release', args: []}).catch(error => error);
	expect(error.message).toBe('/etc/os-release: /etc/os-release could not be started (EACCES)');
});

test('output arrives as whole lines, redrawn lines once', async () => {
	const chunks: string[] = [];
	await host.run({
		program: 'printf',
		args: ['%s', 'one\n10%\r50%\r100%\nlast without end'],
		onLines: text => chunks.push(text),
	});
	expect(chunks.join('\n').split('\n')).toEqual(['one', '100%', 'last without end']);
});

test('a program that takes too long is ended and says so', async () => {
	const running = host.run({program: 'sleep', args: ['1000'], timeoutMs: 50, graceMs: 100});
	await expect(running).rejects.toThrow(/did not end within/);
});

test('standard input is empty unless it is given', async () => {
	expect((await host.run({program: 'cat', args: []})).stdout).toBe('');
	expect((await host.run({program: 'cat', args: [], input: 'given'})).stdout).toBe('given');
});

test('programs in sbin are found by those whose PATH lacks it', async () => {
	const folder = temporaryFolder();
	writeFileSync(join(folder, 'only-here'), '#!/bin/sh\n', {mode: 0o755});
	const narrow = await createHost({env: {PATH: folder}});
	expect(await narrow.which('only-here')).toBe(join(folder, 'only-here'));
	expect(await narrow.which('no-such-program-here')).toBeUndefined();
});
