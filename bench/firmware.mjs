// Firmware: download against curl and aria2c, staging against cp. Each server is a process of its own.
import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const MiB = 1024 * 1024;
const rounds = 3;

/** Prints one line for each comparison: `name: ratio (ours …, theirs …)`; above 1 we are better. */
export async function bench() {
	const folder = mkdtempSync(join(memoryFolder(), 'edge-builder-bench-'));
	try {
		const program = await buildPrograms(folder);
		await loopback(folder, program);
		await limited(folder, program);
		await memory(folder, program);
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

async function loopback(folder, program) {
	const server = await startServer(1024 * MiB, 0);
	const results = {ours: [], curl: [], both: []};
	try {
		for (let round = 0; round < rounds; round++) {
			results.ours.push(ours(program, server.url, join(folder, 'ours')).seconds);
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

async function limited(folder, program) {
	const [size, rate] = [1024 * MiB, 8 * MiB];
	const server = await startServer(size, rate);
	const target = join(folder, 'theirs');
	const results = {ours: [], aria2: []};
	try {
		for (let round = 0; round < rounds; round++) {
			results.ours.push(ours(program, server.url, join(folder, 'ours')).seconds);
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

async function memory(folder, program) {
	const peak = async size => {
		const server = await startServer(size, 0);
		try {
			return ours(program, server.url, join(folder, 'ours')).megabytes;
		} finally {
			server.stop();
		}
	};
	const [small, large] = [await peak(64 * MiB), await peak(1536 * MiB)];
	print('memory for 1.5 GiB against 64 MiB', small / large, `${large.toFixed(0)} MB`, `${small.toFixed(0)} MB`);
}

async function staging() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		const from = join(folder, 'bundle.bfb');
		const block = Buffer.alloc(64 * MiB, 7);
		for (let written = 0; written < 1536; written += 64) writeFileSync(from, block, {flag: 'a'});
		const {createHost, stageFile} = await loadSource(folder);
		const host = await createHost();
		let way = '';
		const results = {ours: [], theirs: []};
		for (let round = 0; round < rounds; round++) {
			const began = performance.now();
			way = await stageFile(host, from, join(folder, 'tree', 'staged.bfb'));
			results.ours.push((performance.now() - began) / 1000);
			results.theirs.push(seconds('cp', ['--reflink=never', from, join(folder, 'copy.bfb')]));
			rmSync(join(folder, 'copy.bfb'));
		}
		compare(`staging of 1.5 GiB by ${way}, against cp`, results.ours, results.theirs);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

function ours(program, url, path) {
	const run = spawnSync(process.execPath, [program, JSON.stringify({path, urls: [url]})], {encoding: 'utf8'});
	rmSync(path, {force: true});
	const result = JSON.parse(run.stdout);
	if (result.error) throw new Error(`our download failed: ${result.error}`);
	return result;
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

async function startServer(size, rate) {
	const script = join(import.meta.dirname, 'firmware-server.mjs');
	const child = spawn(process.execPath, [script, String(size), String(rate)], {stdio: ['ignore', 'pipe', 'inherit']});
	const [port] = await once(child.stdout, 'data');
	return {url: `http://127.0.0.1:${Number(String(port))}/bundle.bfb`, stop: () => child.kill()};
}

async function buildPrograms(folder) {
	await bundle(folder, {program: 'test/firmware/download-program.ts', 'hash-worker': 'source/firmware/hash-worker.ts'});
	return join(folder, 'program.mjs');
}

async function loadSource(folder) {
	await bundle(folder, {staging: 'source/firmware/staging.ts', host: 'source/host/real-host.ts'});
	return {...(await import(join(folder, 'staging.mjs'))), ...(await import(join(folder, 'host.mjs')))};
}

function bundle(outdir, entryPoints) {
	return build({
		absWorkingDir: root,
		entryPoints,
		outdir,
		outExtension: {'.js': '.mjs'},
		bundle: true,
		platform: 'node',
		target: 'node24',
		format: 'esm',
		logLevel: 'error',
		banner: {
			js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
		},
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
