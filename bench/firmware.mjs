// Firmware: download against curl and aria2c, staging against cp. Each server is a process of its own.
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {makeCanvos} from '../test/builders/canvos/canvos-repository.ts';
import {commands, environment} from './programs.mjs';
import {usedBy} from './terminal.mjs';

const MiB = 1024 * 1024;
const rounds = 3;

/** Prints one line for each comparison: `name: ratio (ours …, theirs …)`; above 1 we are better. */
export async function bench() {
	const folder = mkdtempSync(join(memoryFolder(), 'edge-builder-bench-'));
	try {
		await gigabit(folder);
		await loopback(folder);
		await limited(folder);
		await memory(folder);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
	await staging();
}

/** A filesystem in memory where there is one, so that the network code is measured and not the disk. */
function memoryFolder() {
	if (!existsSync('/dev/shm')) return tmpdir();
	const {bavail, bsize} = statfsSync('/dev/shm');
	return bavail * bsize > 4096 * MiB ? '/dev/shm' : tmpdir();
}

// What a person has at best: a link of 1 Gbit/s, less what Ethernet, IP and TCP take of it.
async function gigabit(folder) {
	const server = await startServer(512 * MiB, 0, 117_000_000);
	const target = join(folder, 'theirs');
	const results = {ours: [], curl: [], cpu: [], theirCpu: []};
	try {
		for (let round = 0; round < rounds; round++) {
			const run = await ours(folder, server.url);
			const [curl, sum] = [
				await measured('curl', ['-s', '-o', target, server.url]),
				await measured('sha256sum', [target]),
			];
			results.ours.push(run.seconds);
			results.cpu.push(run.cpuSeconds);
			results.curl.push(curl.seconds);
			results.theirCpu.push(curl.cpuSeconds + sum.cpuSeconds);
			rmSync(target);
		}
	} finally {
		server.stop();
	}
	compare('download of 512 MiB at 1 Gbit/s with sha256, against curl alone', results.ours, results.curl);
	compare('CPU time of that, against curl and sha256sum', results.cpu, results.theirCpu);
}

async function loopback(folder) {
	const server = await startServer(1024 * MiB, 0);
	const results = {ours: [], curl: [], both: []};
	try {
		for (let round = 0; round < rounds; round++) {
			results.ours.push((await ours(folder, server.url)).seconds);
			const target = join(folder, 'theirs');
			const curl = seconds('curl', ['-s', '-o', target, server.url]);
			results.curl.push(curl);
			results.both.push(curl + seconds('sha256sum', [target]));
			rmSync(target);
		}
	} finally {
		server.stop();
	}
	compare('download of 1 GiB with sha256, against curl alone', results.ours, results.curl);
	compare('download of 1 GiB with sha256, against curl and sha256sum', results.ours, results.both);
}

async function limited(folder) {
	const [size, rate] = [1024 * MiB, 8 * MiB];
	const server = await startServer(size, rate);
	const target = join(folder, 'theirs');
	const results = {ours: [], aria2: []};
	try {
		for (let round = 0; round < rounds; round++) {
			results.ours.push((await ours(folder, server.url)).seconds);
			if (!has('aria2c')) continue;
			const args = ['-q', '-x16', '-s16', '-k1M', '--file-allocation=none', '-d', folder, '-o', 'theirs', server.url];
			results.aria2.push(seconds('aria2c', args));
			rmSync(target);
		}
		// curl needs two minutes for all of it; a sixteenth shows its speed.
		const curl = 16 * seconds('curl', ['-s', '-r', `0-${size / 16 - 1}`, '-o', target, server.url]);
		rmSync(target);
		compare('download of 1 GiB, 8 MiB/s for each connection, against curl', results.ours, [curl]);
	} finally {
		server.stop();
	}
	if (results.aria2.length > 0) {
		compare('download of 1 GiB, 8 MiB/s for each connection, against aria2c -x16', results.ours, results.aria2);
	}
}

async function memory(folder) {
	const peak = async size => {
		const server = await startServer(size, 0);
		try {
			return (await ours(folder, server.url)).megabytes;
		} finally {
			server.stop();
		}
	};
	const [small, large] = [await peak(512 * MiB), await peak(1536 * MiB)];
	print('peak memory for 1.5 GiB against 512 MiB', small / large, `${large.toFixed(0)} MB`, `${small.toFixed(0)} MB`);
}

// Making the source tree, firmware and all, as `setup` tells of it.
async function staging() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		const clone = makeCanvos(folder);
		const workspace = join(folder, 'workspace');
		const name = 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb';
		const from = join(workspace, 'redist', name);
		mkdirSync(join(workspace, 'redist'), {recursive: true});
		const block = Buffer.alloc(64 * MiB, 7);
		for (let written = 0; written < 1536; written += 64) writeFileSync(from, block, {flag: 'a'});
		const settings = ['BUILDER=canvos', 'EDGE_APPLIANCE=true', 'DOCA_SOURCE=repository', `BFB_NAME=${name}`];
		const source = [`CANVOS_SOURCE=${clone}`, 'CANVOS_REF=v4.8.10'];
		const [program, ...args] = commands.ours([
			'setup',
			'--json',
			'--yes',
			'--workspace',
			workspace,
			...settings,
			...source,
		]);
		const env = environment(join(folder, 'cache'), {HTTPS_PROXY: 'http://127.0.0.1:1'});
		const results = {ours: [], theirs: []};
		for (let round = 0; round < rounds; round++) {
			const stdout = execFileSync(program, args, {
				cwd: workspace,
				env,
				encoding: 'utf8',
				stdio: ['ignore', 'pipe', 'ignore'],
			});
			results.ours.push(secondsOf('prepare-source', stdout));
			results.theirs.push(seconds('cp', ['--reflink=never', from, join(folder, 'copy.bfb')]));
			rmSync(join(folder, 'copy.bfb'));
		}
		compare('the source tree with 1.5 GiB of firmware, against cp of the firmware', results.ours, results.theirs);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function secondsOf(step, ndjson) {
	const events = ndjson
		.trim()
		.split('\n')
		.map(line => JSON.parse(line))
		.filter(event => event.step === step);
	const at = type => events.find(event => event.type === type).at;
	return (at('step-finished') - at('step-started')) / 1000;
}

/** The program as it ships, its start counted, in a workspace of its own; `megabytes` is its peak. */
async function ours(folder, url) {
	const workspace = mkdtempSync(join(folder, 'workspace-'));
	const settings = ['BUILDER=canvos', 'BFB_NAME=bundle.bfb', `BFB_URL=${url}`];
	const [program, ...args] = commands.ours([
		'download',
		'--only',
		'bfb',
		'--yes',
		'--workspace',
		workspace,
		...settings,
	]);
	// NVIDIA's server is the last source of a file, and no bench asks it.
	const env = environment(join(folder, 'cache'), {HTTPS_PROXY: 'http://127.0.0.1:1'});
	const run = await measured(program, args, {cwd: workspace, env});
	rmSync(workspace, {recursive: true, force: true});
	return run;
}

/** Runs a program and tells its seconds, CPU seconds and peak of memory. */
async function measured(program, args, options) {
	const began = performance.now();
	const child = spawn(program, args, {...options, stdio: ['ignore', 'ignore', 'inherit']});
	let used = {megabytes: 0, cpuSeconds: 0};
	const watch = setInterval(() => {
		used = usedBy(child.pid) ?? used;
	}, 20);
	const [exitCode] = await once(child, 'exit');
	clearInterval(watch);
	if (exitCode !== 0) throw new Error(`${program} ended with ${exitCode}`);
	return {seconds: (performance.now() - began) / 1000, ...used};
}

/** Seconds that a program takes; its start, some milliseconds, is counted. */
function seconds(program, args) {
	const began = performance.now();
	execFileSync(program, args, {stdio: 'ignore'});
	return (performance.now() - began) / 1000;
}

function has(program) {
	return spawnSync(program, ['--version'], {stdio: 'ignore'}).status === 0;
}

// The best of several rounds: other work on the machine only ever makes things slower.
function compare(name, ours, theirs) {
	const [a, b] = [Math.min(...ours), Math.min(...theirs)];
	print(name, b / a, duration(a), duration(b));
}

function print(name, ratio, ours, theirs) {
	console.log(`${name}: ${ratio.toFixed(2)} (ours ${ours}, theirs ${theirs})`);
}

function duration(value) {
	return value < 0.1 ? `${(value * 1000).toFixed(2)} ms` : `${value.toFixed(2)} s`;
}

async function startServer(size, rate, link = 0) {
	const script = join(import.meta.dirname, 'firmware-server.mjs');
	const child = spawn(process.execPath, [script, ...[size, rate, link].map(String)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const [port] = await once(child.stdout, 'data');
	return {url: `http://127.0.0.1:${Number(String(port))}/bundle.bfb`, stop: () => child.kill()};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
