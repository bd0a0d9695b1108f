import {spawnSync} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {expect, test} from 'vitest';
import {stopRun} from '../../source/app/stop-run.ts';
import {lockFile} from '../../source/host/file-lock.ts';
import {hasOpen} from '../../source/host/process-table.ts';
import {workspaceAt, workspaceLock} from '../../source/pipeline/workspace.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** A workspace whose lock we hold, with another process named in it. */
const heldNaming = async (pid: number) => {
	const workspace = workspaceAt(temporaryFolder());
	mkdirSync(dirname(workspaceLock(workspace)), {recursive: true});
	const lock = await lockFile(workspaceLock(workspace));
	lock?.tell(JSON.stringify({pid, runId: 'theirs', command: 'x', since: 0}));
	return {place: {host: fakeHost(), workspace}, lock};
};

// Whoever owns the workspace writes that number, and a number comes around again.
test.each([process.ppid, 1, 0, -1, 2 ** 22 - 1])(
	'process %i, which has not the lock open, is never signalled',
	async pid => {
		const {place, lock} = await heldNaming(pid);
		await expect(stopRun(place, 'theirs')).rejects.toThrow(
			/Run theirs (cannot be reached from here|belongs to another user)/,
		);
		lock?.release();
	},
);

test('a run that does not hold the workspace is not going on', async () => {
	const {place, lock} = await heldNaming(process.pid);
	await expect(stopRun(place, 'another')).rejects.toThrow('Run another does not go on any more');
	lock?.release();
	await expect(stopRun(place, 'theirs')).rejects.toThrow('does not go on any more');
});

test('an open file is known by itself, whatever path leads to it', () => {
	const file = `${temporaryFolder()}/file`;
	writeFileSync(file, '');
	expect(hasOpen(process.pid, file)).toBe(false);
	const script = 'const {hasOpen} = await import(process.argv[1]); console.log(hasOpen(process.pid, process.argv[2]));';
	const table = new URL('../../source/host/process-table.ts', import.meta.url).pathname;
	const {stdout} = spawnSync('sh', [
		'-c',
		'exec 5<"$4"; exec "$0" --input-type=module -e "$1" "$2" "$3"',
		process.execPath,
		script,
		table,
		file,
		file,
	]);
	expect(stdout.toString().trim()).toBe('true');
	expect(readFileSync(file, 'utf8')).toBe('');
});
