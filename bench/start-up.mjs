// Start-up: the first question against an Ink "hello", what answers without drawing against bare Node.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {byTurns, compare, inMilliseconds} from './comparison.mjs';
import {bundledHello, commands, environment} from './programs.mjs';
import {inTerminal} from './terminal.mjs';

const rounds = 15;

export async function bench() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		await firstFrame(folder);
		await withoutDrawing(folder);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

async function firstFrame(folder) {
	const untilShown = (command, pattern, added) => async () => {
		const program = inTerminal(command, {cwd: folder, env: environment(folder, added)});
		const shown = await program.shows(pattern);
		await program.leave();
		return shown;
	};
	const hello = await bundledHello(folder);
	const times = await byTurns(
		{
			// On a first start that is the choice of what to make.
			question: untilShown(commands.ours([]), /Edge appliance/),
			bundled: untilShown(hello, /Hello/),
			// As most programs start it: from its packages, with the half of React that helps to find mistakes.
			plain: untilShown(commands.inkHello, /Hello/),
		},
		rounds,
	);
	compare('first question, against a bundled Ink hello', times.question, times.bundled, inMilliseconds);
	compare('first question, against an Ink hello from its packages', times.question, times.plain, inMilliseconds);
}

async function withoutDrawing(folder) {
	const untilEnded = ([program, ...args]) => {
		return () => {
			const began = performance.now();
			const {status, stderr} = spawnSync(program, args, {cwd: folder, env: environment(folder), encoding: 'utf8'});
			if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${status}: ${stderr}`);
			return performance.now() - began;
		};
	};
	const {bare, ...ours} = await byTurns(
		{
			bare: untilEnded(commands.bareNode),
			'--help': untilEnded(commands.ours(['--help'])),
			info: untilEnded(commands.ours(['info'])),
			'set-up of an unchanged tree': untilEnded(commands.prepare),
		},
		rounds,
	);
	for (const [name, times] of Object.entries(ours)) compare(`${name}, against bare Node`, times, bare, inMilliseconds);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
