// Memory at rest: the menu, waiting for a key, against an Ink "hello" that waits too.
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {byTurns, compare, inMegabytes} from './comparison.mjs';
import {commands, environment} from './programs.mjs';
import {inTerminal} from './terminal.mjs';

const rounds = 5;

export async function bench() {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-bench-'));
	try {
		// With a preset of one's own the menu comes first, not the wizard.
		mkdirSync(join(folder, 'presets'));
		writeFileSync(
			join(folder, 'presets/mine.yaml'),
			'schemaVersion: 1\nname: mine\ndescription: For the bench\nsettings:\n  builder: rehearsal\n',
		);
		const atRest = (command, pattern) => async () => {
			const program = inTerminal(command, {cwd: folder, env: environment(folder)});
			await program.shows(pattern);
			const megabytes = await settledMemory(program.pid);
			await program.leave();
			return megabytes;
		};
		const {ours, hello} = await byTurns(
			{ours: atRest(commands.ours([]), /QEMU console/), hello: atRest(commands.inkHello, /Hello/)},
			rounds,
		);
		compare('resident memory at the menu, against an Ink hello', ours, hello, inMegabytes);
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
}

/** Megabytes once they have stopped to change. */
async function settledMemory(pid) {
	for (let before = 0; ; ) {
		await delay(1000);
		const now = Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1000;
		if (Math.abs(now - before) < 0.5) return now;
		before = now;
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench();
