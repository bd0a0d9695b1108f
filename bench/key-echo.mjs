// From a key until the terminal is told of it: a letter in a field of the build sheet, against the smallest Ink program.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {compare} from './comparison.mjs';
import {commands, environment} from './programs.mjs';
import {inTerminal} from './terminal.mjs';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const [toImage, emptied] = [['2', '\t', '6'], '\u0015'];
// Longer than a frame, so that each key finds the program at rest.
const restMs = 120;

export async function bench() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		const theirs = await echoes(folder, commands.inkEcho, async program => program.shows(/Text:/));
		const ours = await echoes(folder, commands.ours([]), async program => {
			await program.shows(/Edge appliance/);
			for (const key of toImage) {
				program.press(key);
				await delay(500);
			}
			program.press(emptied);
			// What goes on in the background has come to its end.
			await delay(3000);
		});
		compare('a letter in a field, against an Ink echo', ours, theirs, inTenths);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

async function echoes(folder, command, ready) {
	const program = inTerminal(command, {cwd: folder, env: environment(folder)});
	await ready(program);
	const times = [];
	for (const letter of letters) {
		await delay(restMs);
		times.push(await program.echo(letter));
	}
	await program.leave();
	return times;
}

const inTenths = value => `${value.toFixed(1)} ms`;

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
