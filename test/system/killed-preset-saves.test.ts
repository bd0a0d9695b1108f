import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readdirSync, readFileSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {parsePreset} from '../../source/settings/preset-text.ts';
import {launcher} from '../helpers/launcher.ts';
import {preloading} from '../helpers/preload.ts';
import {cleanEnvironment} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const saves = 100;

/** Saves the preset `lab` with that tag, and kills the whole program after so many milliseconds. */
const save = async (cwd: string, tag: string, {killAfterMs, env = {}}: {killAfterMs?: number; env?: object} = {}) => {
	const args = ['presets', 'save', 'lab', '--yes', 'BUILDER=rehearsal', `CUSTOM_TAG=${tag}`];
	// In a process group of its own: the kill reaches what the launcher started.
	const child = spawn(launcher, args, {cwd, env: {...cleanEnvironment(), ...env}, stdio: 'ignore', detached: true});
	const ended = once(child, 'exit') as Promise<[number | null]>;
	if (killAfterMs !== undefined) {
		await Promise.race([sleep(killAfterMs), ended]);
		if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
	}
	const [exitCode] = await ended;
	return exitCode;
};

const tagIn = (folder: string) => {
	const {preset, complaints} = parsePreset(readFileSync(join(folder, 'lab.yaml'), 'utf8'), 'lab.yaml');
	expect(complaints).toEqual([]);
	return preset?.given.find(({name}) => name === 'customTag')?.text;
};

test(`of ${saves} saves of a preset that are killed, none is lost or torn`, {timeout: 600_000}, async () => {
	const cwd = temporaryFolder();
	const folder = join(cwd, 'presets');
	mkdirSync(folder);
	const began = performance.now();
	expect(await save(cwd, 'first')).toBe(0);
	const usualMs = performance.now() - began;

	let last = 'first';
	let killed = 0;
	for (let index = 0; index < saves; index++) {
		const tag = `t${index}`;
		// Most of the time goes into starting: the kills are for the end of it.
		const exitCode = await save(cwd, tag, {killAfterMs: usualMs * (0.5 + Math.random() * 0.6)});
		const found = tagIn(folder);
		if (exitCode === 0) expect(found).toBe(tag);
		else {
			killed++;
			expect([last, tag]).toContain(found);
		}
		last = found ?? '';
	}
	expect(killed).toBeGreaterThan(saves / 10);
});

test.each([
	['before', 'renamed', 'first'],
	['after', 'renamed', 'second'],
	['in the middle of', 'written', 'first'],
] as const)('killed %s the file is %s, the preset is whole, and the next save tidies up', async (moment, what, tag) => {
	const cwd = temporaryFolder();
	const folder = join(cwd, 'presets');
	expect(await save(cwd, 'first')).toBe(0);
	const env = preloading(temporaryFolder(), killAt[`${moment} ${what}` as keyof typeof killAt]);
	expect(await save(cwd, 'second', {env})).not.toBe(0);
	expect(tagIn(folder)).toBe(tag);
	const old = new Date(Date.now() - 3_600_000);
	for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old);
	expect(await save(cwd, 'third')).toBe(0);
	expect(readdirSync(folder)).toEqual(['lab.yaml']);
	expect(tagIn(folder)).toBe('third');
});

const killAtRename = (first: string) => `const files = require('node:fs/promises');
	const {rename} = files;
	files.rename = async (from, to) => {
		if (!to.endsWith('lab.yaml')) return rename(from, to);
		${first}
		process.kill(process.pid, 'SIGKILL');
	};`;

const killAt = {
	'before renamed': killAtRename(''),
	'after renamed': killAtRename('await rename(from, to);'),
	'in the middle of written': `const files = require('node:fs/promises');
		const {open} = files;
		files.open = async (path, ...rest) => {
			const file = await open(path, ...rest);
			if (!String(path).endsWith('.tmp')) return file;
			file.writeFile = async content => {
				await file.write(String(content).slice(0, 20));
				process.kill(process.pid, 'SIGKILL');
			};
			return file;
		};`,
};
