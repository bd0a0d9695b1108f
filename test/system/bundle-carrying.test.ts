import {execFileSync} from 'node:child_process';
import {lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {sha256Of} from '../downloads/attempt.ts';
import {bytesOf} from '../downloads/faulty-server.ts';
import {bfbPath, download, downloadArgs, noInternet} from '../firmware/shipped.ts';
import {preloading} from '../helpers/preload.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const content = bytesOf(60_000_000);
const settings = {BFB_SHA256: sha256Of(content)};
const limitMs = 40_000;

/** A workspace that has the firmware, and a folder beside it, such as a USB stick, that has an older bundle. */
const readyToCarry = () => {
	const root = temporaryFolder();
	const stick = temporaryFolder();
	mkdirSync(join(root, 'redist'));
	writeFileSync(bfbPath(root), content);
	const file = join(stick, 'offline.tar');
	writeFileSync(file, 'an older bundle');
	return {root, stick, file, args: downloadArgs(root, settings, ['--yes', '--bundle', file])};
};

/** Reads of the firmware take that long as soon as a half-written file lies in the folder. */
const slowReads = (folder: string, ms: number) =>
	preloading(
		temporaryFolder(),
		`const fs = require('node:fs');
		const read = fs.read;
		fs.read = (...given) => {
			const begun = fs.readdirSync(${JSON.stringify(folder)}).some(name => name.endsWith('.part'));
			setTimeout(() => read(...given), begun ? ${ms} : 0);
		};`,
	);

const begun = (stick: string) =>
	until(
		() => readdirSync(stick).some(name => name.endsWith('.part')),
		() => `nothing is being written: ${readdirSync(stick)}`,
		limitMs,
	);

const untouched = ({stick, file}: {stick: string; file: string}) => {
	expect(readdirSync(stick)).toEqual(['offline.tar']);
	expect(readFileSync(file, 'utf8')).toBe('an older bundle');
};

describe('packing a bundle', {timeout: 180_000}, () => {
	test('tells how much is done and how fast', async () => {
		const {root, stick, args, file} = readyToCarry();
		const env = {...noInternet, ...slowReads(stick, 2500)};
		const {exitCode, stdout} = await runProgram(args, {cwd: root, env});
		expect(stdout).toMatch(/packing: [\d.]+ [kM]?B of [\d.]+ MB \(\d+%\), \d.*B\/s/);
		expect(stdout).toContain(file);
		expect(exitCode).toBe(0);
		expect(readdirSync(stick)).toEqual(['offline.tar']);
		const away = temporaryFolder();
		const unpacked = await download(away, {}, {flags: ['--from-bundle', file]});
		expect(unpacked.exitCode).toBe(0);
		expect(unpacked.file?.equals(content)).toBe(true);
	});

	// Symptom: Ctrl-C was ignored until the whole file was written. Cause: the archiver was given no signal.
	test.each(['SIGINT', 'SIGTERM'] as const)(
		'ends on %s at once, without half a file, and the older bundle stays',
		async signal => {
			const place = readyToCarry();
			// A disk that doesn't answer at all.
			const env = {...noInternet, ...slowReads(place.stick, 10 * limitMs)};
			const run = startUnattended(place.args, {cwd: place.root, env});
			await begun(place.stick);
			run.signal(signal);
			expect(await run.exitCode(limitMs)).toBe(130);
			untouched(place);
			expect(readdirSync(join(place.root, 'build/state'))).not.toContain('lock.json');
		},
	);

	test('ends on Ctrl-C in a terminal', async () => {
		const place = readyToCarry();
		const env = {...noInternet, ...slowReads(place.stick, 10 * limitMs)};
		const program = startProgram(place.args, {cwd: place.root, env, columns: 120});
		await begun(place.stick);
		program.press('ctrl+c');
		expect(await program.exitCode(limitMs)).toBe(130);
		untouched(place);
	});

	// Symptom: half a bundle stayed for ever. Cause: nothing was noted of it.
	test('that was killed is cleaned up after by the next start, which says so', async () => {
		const place = readyToCarry();
		const env = {...noInternet, ...slowReads(place.stick, 10 * limitMs)};
		const run = startUnattended(place.args, {cwd: place.root, env});
		await begun(place.stick);
		run.signal('SIGKILL');
		await run.exitCode(limitMs);
		const {exitCode, printed} = await download(place.root, settings);
		expect(printed).toContain('Cleaned up after an earlier run');
		expect(exitCode).toBe(0);
		untouched(place);
		expect(readdirSync(join(place.root, 'build/state')).filter(name => name.startsWith('bundle'))).toEqual([]);
	});

	test('into a folder that is not there, or over a folder, is told before anything is fetched', async () => {
		const {root, stick} = readyToCarry();
		for (const file of [join(stick, 'nowhere', 'offline.tar'), stick]) {
			const {exitCode, printed} = await download(root, settings, {flags: ['--yes', '--bundle', file]});
			expect(printed).not.toContain('bug');
			expect(printed).toContain(file);
			expect(exitCode).toBe(2);
		}
	});
});

describe('a bundle that is packed', {timeout: 180_000}, () => {
	// Symptom: the link became the bundle, and the stick it led to stayed empty.
	test('under the name of a link goes where the link leads', async () => {
		const {root, stick, file} = readyToCarry();
		const link = join(temporaryFolder(), 'offline.tar');
		symlinkSync(file, link);
		const {exitCode} = await download(root, settings, {flags: ['--yes', '--bundle', link]});
		expect(exitCode).toBe(0);
		expect(lstatSync(link).isSymbolicLink()).toBe(true);
		expect(readdirSync(stick)).toEqual(['offline.tar']);
		expect(readFileSync(file).length).toBeGreaterThan(content.length);
	});

	test('over what is no file, such as a device, is refused, and stays', async () => {
		const {root, stick} = readyToCarry();
		const link = join(stick, 'lost.tar');
		symlinkSync(join(stick, 'nowhere.tar'), link);
		const pipe = join(stick, 'pipe');
		execFileSync('mkfifo', [pipe]);
		for (const [file, why] of [
			[pipe, 'no ordinary file'],
			[link, 'leads to no file'],
		] as const) {
			const {exitCode, printed} = await download(root, settings, {flags: ['--yes', '--bundle', file]});
			expect(printed).toContain(why);
			expect(exitCode).toBe(2);
		}
		expect(lstatSync(pipe).isFIFO()).toBe(true);
		expect(lstatSync(link).isSymbolicLink()).toBe(true);
	});
});

describe('unpacking a bundle', {timeout: 180_000}, () => {
	const packed = async () => {
		const {root, file, args} = readyToCarry();
		await runProgram(args, {cwd: root, env: noInternet});
		return file;
	};
	/** Writes into the unpacked files never end. */
	const stuck = () =>
		preloading(
			temporaryFolder(),
			`const fs = require('node:fs');
			const write = fs.write;
			fs.write = (fd, bytes, ...given) => bytes.length > 4096 ? undefined : write(fd, bytes, ...given);
			setInterval(() => undefined, 1000);
			const writev = fs.writev;
			fs.writev = (fd, parts, ...given) => parts.some(bytes => bytes.length > 4096) ? undefined : writev(fd, parts, ...given);`,
		);
	const unpacking = (root: string) =>
		until(
			() => everythingIn(root).some(name => name.endsWith('.bfb')),
			() => `nothing is unpacked: ${everythingIn(root)}`,
			limitMs,
		);
	const everythingIn = (root: string) => readdirSync(root, {recursive: true, encoding: 'utf8'});

	test('ends on Ctrl-C at once and leaves nothing', async () => {
		const file = await packed();
		const root = temporaryFolder();
		const run = startUnattended(downloadArgs(root, {}, ['--from-bundle', file]), {cwd: root, env: stuck()});
		await unpacking(root);
		run.signal('SIGINT');
		expect(await run.exitCode(limitMs)).toBe(130);
		expect(everythingIn(root).filter(name => name.endsWith('.bfb') || name.includes('bundle-'))).toEqual([]);
	});

	test('that was killed is cleaned up after by the next start', async () => {
		const file = await packed();
		const root = temporaryFolder();
		const run = startUnattended(downloadArgs(root, {}, ['--from-bundle', file]), {cwd: root, env: stuck()});
		await unpacking(root);
		run.signal('SIGKILL');
		await run.exitCode(limitMs);
		const again = await download(root, {}, {flags: ['--from-bundle', file]});
		expect(again.printed).toContain('Cleaned up after an earlier run');
		expect(again.exitCode).toBe(0);
		expect(again.file?.equals(content)).toBe(true);
		expect(readdirSync(join(root, 'build/state')).filter(name => name.startsWith('bundle'))).toEqual([]);
	});
});
