// The live view under a storm of lines: 200,000 and 2,000,000 of them, against mprocs, concurrently and listr2 with the
// same program that prints, and how long a key waits meanwhile.
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {byTurns, compare, inMegabytes, inSeconds, median} from './comparison.mjs';
import {otherViews} from './other-views.mjs';
import {environment, root} from './programs.mjs';
import {machineOf, makeStorm, writeLines} from './storm.mjs';
import {inTerminal, usage} from './terminal.mjs';

const sizes = [200_000, 2_000_000];
const rounds = 3;
// They need minutes; what they have used by then is enough to tell.
const patienceMs = 45_000;
const keys = 60;
const size = {cols: 120, rows: 40};

export async function bench() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		const files = sizes.map(count => writeLines(join(folder, String(count)), count));
		const others = otherViews(folder);
		const peaks = [];
		for (const [index, count] of sizes.entries()) {
			const {mprocs, ...slow} = others;
			const one = command => () => watchStorm(folder, files[index], command);
			const {ours: our, ...theirs} = await byTurns({ours: one(ours), ...(mprocs && {mprocs: one(mprocs)})}, rounds);
			for (const [name, command] of Object.entries(slow)) theirs[name] = [await one(command)()];
			tell(count, our, theirs);
			peaks.push(our.map(({megabytes}) => megabytes));
		}
		compare(`peak memory of ${sizes[1]} lines, against ${sizes[0]}`, peaks[1], peaks[0], inMegabytes);
		await tellKeys(folder, files[0]);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function tell(count, our, theirs) {
	const of = (runs, key) => runs.map(run => run[key]);
	const all = `${count.toLocaleString('en')} lines`;
	for (const [name, their] of Object.entries(theirs)) {
		compare(`${all}: time of the program, against ${name}`, of(our, 'seconds'), of(their, 'seconds'), inSeconds);
		compare(`${all}: CPU time, against ${name}`, of(our, 'cpuSeconds'), of(their, 'cpuSeconds'), inSeconds);
		compare(`${all}: peak memory, against ${name}`, of(our, 'megabytes'), of(their, 'megabytes'), inMegabytes);
		compare(`${all}: bytes drawn, against ${name}`, of(our, 'drawnBytes'), of(their, 'drawnBytes'), inKilobytes);
	}
	compare(`${all}: found in the log file, against those printed`, [count], of(our, 'found'), String);
	const rate = median(our.map(({drawnBytes, seconds}) => drawnBytes / seconds));
	console.log(`${all}: drawn ${inKilobytes(rate)} a second, whole screens ${Math.max(...of(our, 'clears'))}`);
}

/** As people start it. Our command line is the same wherever the storm is: its machine runs the storm. */
const ours = () => [join(root, 'tools/edge-builder'), 'build', '--preset', 'rehearsal', '--yes'];

async function watchStorm(folder, lines, command, {forever = false, during = async () => {}} = {}) {
	const cwd = mkdtempSync(join(folder, 'storm-'));
	const storm = makeStorm(cwd, lines, {forever});
	// Node and the like are found by the others in the PATH of whoever runs the bench.
	const PATH = command === ours ? machineOf(cwd, storm) : process.env.PATH;
	mkdirSync(join(cwd, 'cache'));
	const terminal = inTerminal(command(storm.program), {cwd, env: environment(join(folder, 'cache'), {PATH}), ...size});
	const using = usage(terminal, storm.hasBegun);
	while (!storm.hasBegun()) await delay(5);
	const giveUp = forever ? undefined : setTimeout(terminal.kill, patienceMs);
	const from = terminal.raw().length;
	await during(terminal);
	storm.stop();
	const {megabytes, cpuSeconds} = await using;
	clearTimeout(giveUp);
	const drawn = terminal.raw().slice(from);
	const result = {
		seconds: storm.hasEnded() ? storm.seconds() : patienceMs / 1000,
		megabytes,
		cpuSeconds,
		drawnBytes: Buffer.byteLength(drawn),
		// Erasing all of it, or going to the other screen and back.
		clears: drawn.match(/\u001b\[[23]J|\u001b\[\?1049[hl]/g)?.length ?? 0,
		found: command === ours && !forever ? linesInLog(cwd) : undefined,
	};
	rmSync(cwd, {recursive: true});
	return result;
}

function linesInLog(cwd) {
	const [run] = readdirSync(join(cwd, 'build/runs'));
	const log = join(cwd, 'build/runs', run, 'logs/check-host.log');
	return Number(execFileSync('grep', ['-cE', ' line [0-9]+ of [0-9]+: Unpacking libexample[0-9]+-dev:amd64 …$', log]));
}

/** The keys of the view are asked for and put away again, at moments that nothing keeps in step with its frames. */
async function tellKeys(folder, lines) {
	const times = [];
	await watchStorm(folder, lines, ours, {
		forever: true,
		async during(terminal) {
			await delay(500);
			for (let index = 0; index < keys; index++) {
				times.push(await terminal.answer('?', /Keys/));
				await delay(20 + Math.random() * 100);
				terminal.press('?');
				await delay(300 + Math.random() * 100);
			}
		},
	});
	times.sort((a, b) => a - b);
	const at = share => `${times[Math.ceil(times.length * share) - 1].toFixed(0)} ms`;
	console.log(
		`a key under the storm, ${keys} of them: half within ${at(0.5)}, 95 % within ${at(0.95)}, all within ${at(1)}`,
	);
}

const inKilobytes = value => `${(value / 1000).toFixed(0)} kB`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
