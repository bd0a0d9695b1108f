import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {lockFile} from '../../source/host/file-lock.ts';
import {createJournal, type JournalLine} from '../../source/host/journal.ts';
import {identityOf, runMarker} from '../../source/host/process-table.ts';
import {createHost} from '../../source/host/real-host.ts';
import {reap} from '../../source/host/reaper.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const host = await createHost();
const removers = {buildahContainer: async () => 0, buildahImage: async () => 0, docker: async () => 0};

const journalOfDead = (folder: string, runId: string, ...lines: JournalLine[]) => {
	mkdirSync(folder, {recursive: true});
	const owner: JournalLine = {type: 'owner', runId, pid: process.pid, identity: 'of another boot'};
	const text = [owner, ...lines].map(line => JSON.stringify(line)).join('\n');
	writeFileSync(join(folder, `${runId}.ndjson`), `${text}\n{"type":"ma`);
};

test('what a killed run left is removed, and each thing is told', async () => {
	const root = temporaryFolder();
	const journals = join(root, 'state/journal');
	const folder = join(root, 'state/temporary/run');
	mkdirSync(join(folder, 'deep'), {recursive: true});
	journalOfDead(journals, 'killed', {type: 'made', id: 1, leftover: {kind: 'folder', path: folder}});
	const {removed} = await reap(host, {journals, root, removers});
	expect(removed).toEqual([`Removed ${folder}`]);
	expect(existsSync(folder)).toBe(false);
	expect(existsSync(join(journals, 'killed.ndjson'))).toBe(false);
	expect((await reap(host, {journals, root, removers})).removed).toEqual([]);
});

test('a build folder that is a link to another disk is cleaned up as well', async () => {
	const root = temporaryFolder();
	const elsewhere = temporaryFolder();
	symlinkSync(elsewhere, join(root, 'build'));
	const folder = join(root, 'build/state/temporary/run');
	mkdirSync(folder, {recursive: true});
	journalOfDead(join(root, 'build/state/journal'), 'killed', {
		type: 'made',
		id: 1,
		leftover: {kind: 'folder', path: folder},
	});
	const {removed} = await reap(host, {journals: join(root, 'build/state/journal'), root, removers});
	expect(removed).toEqual([`Removed ${folder}`]);
	expect(existsSync(folder)).toBe(false);
});

test('a process of a killed run is ended though it left its process group', async () => {
	const root = temporaryFolder();
	const runId = `reaper-test-${process.pid}`;
	const survivor = spawn('setsid', ['sleep', '1000'], {env: {...process.env, [runMarker]: runId}});
	onTestFinished(() => void survivor.kill('SIGKILL'));
	await until(
		() => survivor.pid !== undefined && identityOf(survivor.pid) !== undefined,
		() => 'setsid did not start',
	);
	journalOfDead(join(root, 'journal'), runId);
	expect((await reap(host, {journals: join(root, 'journal'), root, removers})).removed).toEqual([
		`Ended 1 process that run ${runId} left running`,
	]);
	await until(
		() => survivor.exitCode !== null || survivor.signalCode !== null,
		() => 'the survivor still runs',
	);
});

test('a folder elsewhere that does not bear our name is left alone and told', async () => {
	const root = temporaryFolder();
	const precious = join(temporaryFolder(), 'precious');
	mkdirSync(precious);
	journalOfDead(join(root, 'journal'), 'strange', {type: 'made', id: 1, leftover: {kind: 'folder', path: precious}});
	const {left} = await reap(host, {journals: join(root, 'journal'), root, removers});
	expect(left).toEqual([`Could not remove ${precious}: ${precious} is not ours to remove`]);
	expect(existsSync(precious)).toBe(true);
});

// Its process number means another process here, or none: a second container over the same workspace took it for dead.
test('what a run in another pid namespace has made is left alone', async () => {
	const root = temporaryFolder();
	const folder = join(root, 'folder');
	mkdirSync(folder);
	journalOfDead(join(root, 'journal'), 'elsewhere', {type: 'made', id: 1, leftover: {kind: 'folder', path: folder}});
	const lock = await lockFile(join(root, 'journal/elsewhere.ndjson'), {keep: true});
	const reaped = () => reap(host, {journals: join(root, 'journal'), root, removers});
	expect((await reaped()).removed).toEqual([]);
	expect(existsSync(folder)).toBe(true);
	lock?.release();
	expect((await reaped()).removed).toEqual([`Removed ${folder}`]);
});

test('what a living run has made is left alone', async () => {
	const root = temporaryFolder();
	const folder = join(root, 'folder');
	mkdirSync(folder);
	const journal = createJournal(join(root, 'journal/alive.ndjson'), 'alive');
	const forget = journal.record({kind: 'folder', path: folder});
	expect((await reap(host, {journals: join(root, 'journal'), root, removers})).removed).toEqual([]);
	expect(existsSync(folder)).toBe(true);
	forget();
	journal.close();
	expect(existsSync(join(root, 'journal/alive.ndjson'))).toBe(false);
});
