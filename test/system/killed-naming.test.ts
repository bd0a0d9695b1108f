import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {serving, sha256Of} from '../downloads/attempt.ts';
import {bytesOf} from '../downloads/faulty-server.ts';
import {bfbName, lockAt} from '../firmware/context.ts';
import {download} from '../firmware/shipped.ts';
import {preloading} from '../helpers/preload.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// Without a checksum nothing below 100 MB counts as the file.
const content = bytesOf(101_000_000);

/** The program is killed when it renames something to a name that ends so. */
const killedAtRename = (ending: string, moment: 'before' | 'after') =>
	preloading(
		temporaryFolder(),
		`const files = require('node:fs/promises');
		const rename = files.rename;
		files.rename = async (from, to) => {
			if (!to.endsWith(${JSON.stringify(ending)})) return rename(from, to);
			${moment === 'after' ? 'await rename(from, to);' : ''}
			process.kill(process.pid, 'SIGKILL');
		};`,
	);

// Symptom: each later unattended download refused the file, and its hint named the command that had just failed. Cause: the
// file had its name before anything was noted of it.
describe('a download that is killed', {timeout: 180_000}, () => {
	test.each([
		['before', 'the lock file', 'firmware.lock.yaml'],
		['after', 'the lock file', 'firmware.lock.yaml'],
		['before', 'the file', bfbName],
		['after', 'the file', bfbName],
	] as const)('%s %s gets its name is finished by the next one, without a question', async (moment, _, name) => {
		const root = temporaryFolder();
		// Slow enough that what is held was noted.
		const server = await serving(content, () => ({linkRate: 25_000_000}));
		const killed = await download(root, {BFB_URL: server.url}, {flags: [], env: killedAtRename(name, moment)});
		expect(killed.exitCode).toBe(-1);
		const {exitCode, printed, file, left} = await download(root, {BFB_URL: server.url}, {flags: []});
		expect(printed).not.toContain('nothing says that it is the right file');
		expect(exitCode).toBe(0);
		expect(file?.equals(content)).toBe(true);
		expect(left).toEqual([bfbName]);
		expect(parse(readFileSync(lockAt(root), 'utf8')).files[bfbName].sha256).toBe(sha256Of(content));
	});
});
