import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {expect, test} from 'vitest';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {preloading} from '../helpers/preload.ts';
import {startProgram} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const pieces = 48;
const filling = 'x'.repeat(100);

/** A build whose first program prints 48 MiB, on a disk that writes nothing of the record before `go`. */
const onStuckDisk = () => {
	const cwd = temporaryFolder();
	const [go, printed, done] = ['go', 'printed', 'done'].map(name => join(cwd, name));
	const print = `i=0; while [ $i -lt ${pieces} ]; do /usr/bin/yes "piece $i ${filling}" | /usr/bin/head -c 1048576; echo; i=$((i+1)); echo $i > ${printed}; done; : > ${done}`;
	const {env} = fakeMachine({install: print});
	const stuck = `
		const files = require('node:fs');
		const {write} = files;
		files.write = function (...call) {
			const isOfRecord = /\\.(ndjson|log)$/.test(files.readlinkSync('/proc/self/fd/' + call[0]));
			const later = () => (!isOfRecord || files.existsSync('${go}') ? write.apply(files, call) : setTimeout(later, 20));
			later();
		};
		Object.defineProperties(files.write, Object.getOwnPropertyDescriptors(write));
	`;
	const machine = readFileSync(env.NODE_OPTIONS.replace('--require ', ''), 'utf8');
	const program = startProgram(['build', '--preset', 'rehearsal', '--yes'], {
		cwd,
		env: {...env, ...preloading(cwd, `${machine}\n${stuck}`)},
		columns: 100,
		rows: 30,
	});
	return {
		cwd,
		program,
		letGo: () => writeFileSync(go ?? '', ''),
		pieces: () => (existsSync(printed ?? '') ? Number(readFileSync(printed ?? '', 'utf8')) : 0),
		isDone: () => existsSync(done ?? ''),
	};
};

/** Until it has printed as much as it may: no further piece for a while. */
const heldBack = async ({pieces, program}: ReturnType<typeof onStuckDisk>) => {
	let before = 0;
	await until(
		async () => {
			before = pieces();
			await delay(700);
			return before > 0 && pieces() === before;
		},
		() => `${pieces()} pieces\n${program.screen()}`,
		20_000,
	);
	return before;
};

// What waited for the disk grew in memory by all that was printed.
test('a program is held back by a disk that stands still, and all it printed is on the disk in the end', async () => {
	const build = onStuckDisk();
	expect(await heldBack(build)).toBeLessThan(16);
	build.letGo();
	await until(build.isDone, () => build.program.screen());
	await build.program.exitCode();
	const [run = ''] = readdirSync(join(build.cwd, 'build/runs'));
	const log = readFileSync(join(build.cwd, 'build/runs', run, 'logs/check-host.log'), 'utf8');
	for (let piece = 0; piece < pieces; piece++) {
		// The last line of a piece may be cut.
		const lines = Math.floor(1048576 / `piece ${piece} ${filling}\n`.length);
		expect(log.split(` piece ${piece} ${filling}\n`).length - 1).toBeGreaterThanOrEqual(lines);
	}
});

test('a build that is held back can be stopped', async () => {
	const build = onStuckDisk();
	await heldBack(build);
	build.program.press('ctrl+c');
	await build.program.shows('Stop');
	build.program.press('y');
	const [run = ''] = readdirSync(join(build.cwd, 'build/runs'));
	await until(
		() => build.program.survivors(run).length === 0,
		() => build.program.screen(),
	);
	expect(build.isDone()).toBe(false);
	build.letGo();
	expect(await build.program.exitCode()).toBe(130);
});
