import {spawn} from 'node:child_process';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
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

test('a half-written lock file counts as dead', async () => {
	const file = join(temporaryFolder(), 'lock.json');
	writeFileSync(file, '{"pid": 12');
	const lock = await lockWorkspace(file, mine);
	await lock.release();
});
