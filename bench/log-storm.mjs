// 200,000 log lines through a run with its records and its dashboard, against the same lines through a bare terminal.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {byTurns, compare, inMegabytes, inSeconds} from './comparison.mjs';
import {environment, root} from './programs.mjs';
import {inTerminal} from './terminal.mjs';

const rounds = 5;
const lineCount = 200_000;

export async function bench() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		const program = join(folder, 'program.mjs');
		await bundle(program);
		const [many, few] = [writeLines(join(folder, 'many'), lineCount), writeLines(join(folder, 'few'), lineCount / 10)];
		const {ours, cat} = await byTurns(
			{
				ours: () => throughDashboard(folder, program, many),
				cat: async () => (await inTerminal(['cat', many], {cwd: folder, env: environment(folder)}).ended) / 1000,
			},
			rounds,
		);
		const fewer = await throughDashboard(folder, program, few);
		const all = `${lineCount.toLocaleString('en')} log lines`;
		const of = key => ours.map(one => one[key]);
		compare(`${all} on the dashboard and on disk, against cat in a bare terminal`, of('seconds'), cat, inSeconds);
		compare('the same with the start and end of the program', of('whole'), cat, inSeconds);
		compare('lines found in the log file, against those printed', [lineCount], of('lines'), String);
		compare('peak memory, against a tenth of the lines', of('megabytes'), [fewer.megabytes], inMegabytes);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

async function throughDashboard(folder, program, lines) {
	const workspace = mkdtempSync(join(folder, 'workspace-'));
	const result = join(workspace, 'result.json');
	const command = [process.execPath, program, workspace, lines, result];
	const terminal = inTerminal(command, {cwd: workspace, env: environment(folder)});
	const whole = (await terminal.ended) / 1000;
	if (!existsSync(result)) throw new Error(`the run did not end:\n${terminal.told()}`);
	const {folder: run, ...told} = JSON.parse(readFileSync(result, 'utf8'));
	if (told.outcome !== 'passed') throw new Error(`the run ended: ${told.outcome}`);
	const log = readFileSync(join(run, 'logs/provider-image.log'), 'utf8');
	rmSync(workspace, {recursive: true});
	return {...told, whole, lines: log.match(/ line \d+ of /g)?.length ?? 0};
}

function writeLines(path, count) {
	const line = (_, index) => `#12 34.5 line ${index + 1} of ${count}: Unpacking libexample${index % 977}-dev:amd64 …\n`;
	writeFileSync(path, Array.from({length: count}, line).join(''));
	return path;
}

function bundle(outfile) {
	return build({
		absWorkingDir: root,
		entryPoints: ['bench/log-storm-program.mjs'],
		outfile,
		bundle: true,
		platform: 'node',
		target: 'node24',
		format: 'esm',
		jsx: 'automatic',
		logLevel: 'error',
		define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
		alias: {'react-devtools-core': './tools/nothing.mjs'},
		banner: {
			js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
		},
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
