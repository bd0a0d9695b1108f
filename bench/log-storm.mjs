// 200,000 log lines through a build with its records and its dashboard, against the same lines through a bare terminal.
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {byTurns, compare, inMegabytes, inSeconds} from './comparison.mjs';
import {commands, environment} from './programs.mjs';
import {inTerminal, peakMemory} from './terminal.mjs';

const rounds = 5;
const lineCount = 200_000;

export async function bench() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		assertReady(folder);
		const [many, few] = [writeLines(join(folder, 'many'), lineCount), writeLines(join(folder, 'few'), lineCount / 10)];
		const {ours, cat} = await byTurns(
			{
				ours: () => throughDashboard(folder, many),
				cat: async () => (await inTerminal(['cat', many], {cwd: folder, env: environment(folder)}).ended) / 1000,
			},
			rounds,
		);
		const fewer = await throughDashboard(folder, few);
		const all = `${lineCount.toLocaleString('en')} log lines`;
		const of = key => ours.map(one => one[key]);
		compare(`${all} until the build has ended, against cat in a bare terminal`, of('seconds'), cat, inSeconds);
		compare('lines found in the log file, against those printed', [lineCount], of('lines'), String);
		compare('peak memory, against a tenth of the lines', of('megabytes'), [fewer.megabytes], inMegabytes);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** The build asks for all that a rehearsal needs, and a bench is not to install it. */
function assertReady(folder) {
	const [node, ...args] = commands.ours(['doctor', '--preset', 'rehearsal']);
	const {status, stdout} = spawnSync(node, args, {cwd: folder, env: environment(folder), encoding: 'utf8'});
	if (status !== 0)
		throw new Error(`log-storm needs a machine that can rehearse: edge-builder doctor --fix\n${stdout}`);
}

/**
 * A rehearsal whose first program is one that prints the lines and fails, which ends the build. Its time begins with that
 * program and ends with ours, dashboard, records and closing summary included.
 */
async function throughDashboard(folder, lines) {
	const workspace = mkdtempSync(join(folder, 'workspace-'));
	const bin = join(workspace, 'bin');
	const began = join(workspace, 'began');
	mkdirSync(bin);
	writeFileSync(join(bin, 'dpkg-deb'), `#!/bin/sh\n: >'${began}'\ncat '${lines}'\nexit 1\n`, {mode: 0o755});
	const terminal = inTerminal(commands.ours(['build', '--preset', 'rehearsal', '--yes']), {
		cwd: workspace,
		env: environment(folder, {PATH: `${bin}:${process.env.PATH}`}),
	});
	const megabytes = await peakMemory(terminal);
	const seconds = (Date.now() - statSync(began, {throwIfNoEntry: false})?.mtimeMs) / 1000;
	const [run] = readdirSync(join(workspace, 'build/runs'));
	const log = readFileSync(join(workspace, 'build/runs', run, 'logs/fetch-firmware.log'), 'utf8');
	const found = log.match(/ line \d+ of /g)?.length ?? 0;
	if (!terminal.told().includes('Fetching firmware failed')) throw new Error(`no storm:\n${terminal.told()}`);
	rmSync(workspace, {recursive: true});
	return {seconds, megabytes, lines: found};
}

function writeLines(path, count) {
	const line = (_, index) => `#12 34.5 line ${index + 1} of ${count}: Unpacking libexample${index % 977}-dev:amd64 …\n`;
	writeFileSync(path, Array.from({length: count}, line).join(''));
	return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
