import {spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {build} from 'esbuild';
import {expect, onTestFinished, test} from 'vitest';
import {identityOf} from '../../source/host/process-table.ts';
import {lockWorkspace} from '../../source/host/workspace-lock.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const mine = {runId: 'mine', command: 'edge-builder build', now: 1_700_000_000_000};

test('a second run is told who holds the workspace, and exits with 9', async () => {
	const file = join(temporaryFolder(), 'lock.json');
	const sleeper = spawn('sleep', ['1000']);
	onTestFinished(() => void sleeper.kill('SIGKILL'));
	const pid = sleeper.pid ?? 0;
	writeFileSync(file, JSON.stringify({pid, identity: identityOf(pid), runId: 'theirs', command: 'x build', since: 0}));
	const error = await lockWorkspace(file, mine).catch(error => error);
	expect(error.message).toContain('Run theirs');
	expect(error.message).toContain(String(pid));
	expect(error.exit).toBe('locked');
	expect(JSON.parse(readFileSync(file, 'utf8')).runId).toBe('theirs');
});

test('the lock of a dead process is taken over', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'lock.json');
	// The number is in use again, by us; only the identity tells that the holder is dead.
	writeFileSync(file, JSON.stringify({pid: process.pid, identity: 'other', runId: 'dead', command: 'x', since: 0}));
	const lock = await lockWorkspace(file, mine);
	expect(lock.tookOver?.runId).toBe('dead');
	expect(JSON.parse(readFileSync(file, 'utf8')).runId).toBe('mine');
	await lock.release();
	expect(readdirSync(folder)).toEqual([]);
});

test.each(['{"pid": 12', '', 'null', '{}', '[]', '{"pid": "x"}'])('a lock file with %j counts as dead', async text => {
	const file = join(temporaryFolder(), 'lock.json');
	writeFileSync(file, text);
	const lock = await lockWorkspace(file, mine);
	await lock.release();
});

test('of many that find the same stale lock exactly one takes it', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'lock.json');
	for (let round = 0; round < 40; round++) {
		writeFileSync(file, JSON.stringify({pid: 1, identity: 'dead', runId: `dead ${round}`, command: 'x', since: 0}));
		const takers = Array.from({length: 8}, (_, taker) => lockWorkspace(file, {...mine, runId: `${round}-${taker}`}));
		const won = (await Promise.allSettled(takers)).filter(result => result.status === 'fulfilled');
		expect(won).toHaveLength(1);
		await won[0]?.value.release();
	}
	expect(readdirSync(folder)).toEqual([]);
});

test('a taker that died in the middle of taking over keeps nobody else out', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'lock.json');
	const stale = JSON.stringify({pid: 1, identity: 'dead', runId: 'dead', command: 'x', since: 0});
	writeFileSync(file, stale);
	const claim = `${file}.${createHash('sha256').update(stale).digest('hex').slice(0, 12)}`;
	writeFileSync(claim, JSON.stringify({pid: 1, identity: 'dead too', runId: 'taker', command: 'x', since: 0}));
	const lock = await lockWorkspace(file, mine);
	expect(lock.tookOver?.runId).toBe('dead');
	await lock.release();
	expect(readdirSync(folder)).toEqual([]);
});

test('a process that ends without releasing its lock takes it along', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'lock.json');
	await build({
		stdin: {
			contents: `
				import {existsSync} from 'node:fs';
				import {lockWorkspace} from './source/host/workspace-lock.ts';
				const [file] = process.argv.slice(2);
				await lockWorkspace(file, {runId: 'clean', command: 'x', now: 0});
				process.exit(existsSync(file) ? 130 : 1);
			`,
			resolveDir: resolve(import.meta.dirname, '../..'),
			loader: 'ts',
		},
		outfile: join(folder, 'program.mjs'),
		bundle: true,
		platform: 'node',
		format: 'esm',
	});
	const {status} = spawnSync(process.execPath, [join(folder, 'program.mjs'), file]);
	expect(status).toBe(130);
	expect(readdirSync(folder)).toEqual(['program.mjs']);
});
