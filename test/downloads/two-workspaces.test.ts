import {mkdirSync, readdirSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {bfbName} from '../firmware/context.ts';
import {download, downloadArgs, noInternet} from '../firmware/shipped.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';
import {serving, sha256Of} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';

const content = bytesOf(3_000_000);

// Symptom: lock files of killed downloads stayed beside the firmware and beside its lock file. Cause: each was a file of its
// own; now the part that is being written is locked itself.
test('a file that is being fetched through another workspace is left alone, and free after a kill', async () => {
	const [first, second] = [temporaryFolder(), temporaryFolder()];
	mkdirSync(join(first, 'redist'));
	symlinkSync(join(first, 'redist'), join(second, 'redist'));
	const stuck = await serving(content, () => ({stallAfter: 1_000_000}));
	const pinned = {BFB_SHA256: sha256Of(content)};
	const args = downloadArgs(first, {...pinned, BFB_URL: stuck.url}, ['--yes']);
	const run = startUnattended(args, {cwd: first, env: noInternet});
	await until(
		() => stuck.sent() > 0,
		() => 'nothing was sent',
		60_000,
	);
	const server = await serving(content);
	const held = await download(second, {...pinned, BFB_URL: server.url});
	expect(held.printed).toContain(`Another run is fetching ${join(second, 'redist', bfbName)}`);
	expect(held.exitCode).toBe(9);
	run.signal('SIGKILL');
	await run.exitCode(60_000);
	const free = await download(second, {...pinned, BFB_URL: server.url});
	expect(free.exitCode).toBe(0);
	expect(free.file?.equals(content)).toBe(true);
	expect(free.left).toEqual([bfbName]);
	expect(readdirSync(first).filter(name => name.includes('.part') || name.includes('.lock-'))).toEqual([]);
});
