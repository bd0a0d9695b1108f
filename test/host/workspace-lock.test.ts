import {mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execaSync} from 'execa';
import {expect, test} from 'vitest';
import {lockWorkspace, workspaceHolder} from '../../source/host/workspace-lock.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const mine = {runId: 'mine', command: 'edge-builder build', now: 1_700_000_000_000};

test('a lock is one at a time, names its holder, and leaves nothing', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'lock.json');
	const lock = await lockWorkspace(file, mine);
	expect((await workspaceHolder(file))?.runId).toBe('mine');
	const error = await lockWorkspace(file, {...mine, runId: 'second'}).catch(error => error);
	expect(error.message).toContain('Run mine');
	expect(error.message).toContain(String(process.pid));
	// "since 10:13:20 PM" said nothing about a run of last week.
	expect(error.message).toContain('since 2023-11-1');
	expect(error.exit).toBe('locked');
	await lock.release();
	expect(await workspaceHolder(file)).toBeUndefined();
	expect(readdirSync(folder)).toEqual([]);
	await (await lockWorkspace(file, mine)).release();
});

test.each(['{"pid": 12', '', 'null', '{}', '[]', '{"pid": 1, "runId": "dead", "since": 0}'])(
	'a file with %j that nobody holds is taken over',
	async text => {
		const file = join(temporaryFolder(), 'lock.json');
		writeFileSync(file, text);
		expect(await workspaceHolder(file)).toBeUndefined();
		const lock = await lockWorkspace(file, mine);
		expect(JSON.parse(readFileSync(file, 'utf8')).runId).toBe('mine');
		await lock.release();
	},
);

test('of many takers exactly one takes it', async () => {
	const folder = temporaryFolder();
	const file = join(folder, 'lock.json');
	for (let round = 0; round < 5; round++) {
		const takers = Array.from({length: 8}, (_, taker) => lockWorkspace(file, {...mine, runId: `${round}-${taker}`}));
		const won = (await Promise.allSettled(takers)).filter(result => result.status === 'fulfilled');
		expect(won).toHaveLength(1);
		await won[0]?.value.release();
	}
	expect(readdirSync(folder)).toEqual([]);
});

test.each([
	['a folder', (file: string) => mkdirSync(file)],
	['a FIFO', (file: string) => execaSync('mkfifo', [file])],
	['a dangling link', (file: string) => symlinkSync('/nowhere/at-all', file)],
	['a link to itself', (file: string) => symlinkSync(file, file)],
])('%s in the place of the lock is named', async (_, make) => {
	const file = join(temporaryFolder(), 'lock.json');
	make(file);
	await expect(lockWorkspace(file, mine)).rejects.toThrow(`${file} is not a file`);
});
