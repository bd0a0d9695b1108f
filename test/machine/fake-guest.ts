import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {spawn} from '@lydell/node-pty';
import {onTestFinished} from 'vitest';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import type {FakeGuest, FakeMachine} from './fake-qemu.ts';
import {drawMenu, titles} from './guest-output.ts';

type Running = {onSerial?(text: string): void};
type Play<Result> = (machine: FakeMachine, title: string) => Result;
type Started = Play<Running> | Play<void>;

/** A guest with a boot menu; `started` gets the title and plays what comes after it. */
export const bootMenu =
	(started: Started, first = 0): FakeGuest =>
	machine => {
		let selected = first;
		let running: Running | undefined;
		machine.print('SeaBIOS (version 1.16.2)\r\n');
		machine.print(drawMenu(selected));
		return {
			onKey(key) {
				if (running) return;
				if (key === 'ret') {
					machine.print('\x1b[2J\x1b[1;1H  Loading kernel...\r\n');
					running = (started(machine, titles[selected] ?? '') as Running | undefined) ?? {};
					return;
				}
				selected = Math.max(0, Math.min(titles.length - 1, selected + (key === 'down' ? 1 : -1)));
				machine.print(drawMenu(selected));
			},
			onSerial: text => running?.onSerial?.(text),
		};
	};

/** A real shell on a real terminal of this machine, with echo and line editing, as the logged-in guest. */
export const realShell = (machine: FakeMachine, {commandLine = 'console=ttyS0', shell = 'bash'} = {}) => {
	const folder = temporaryFolder();
	const bin = join(folder, 'bin');
	mkdirSync(bin);
	// The test must not change this machine's console, and has its own kernel command line.
	writeFileSync(join(bin, 'dmesg'), '#!/bin/sh\n', {mode: 0o755});
	writeFileSync(
		join(bin, 'cat'),
		`#!/bin/sh\nif [ "$*" = /proc/cmdline ]; then echo '${commandLine}'; else exec /bin/cat "$@"; fi\n`,
		{mode: 0o755},
	);
	const pty = spawn(shell, shell === 'bash' ? ['--norc', '--noprofile', '-i'] : ['-i'], {
		cols: 80,
		rows: 24,
		cwd: folder,
		env: {PATH: `${bin}:/usr/bin:/bin`, PS1: 'root@edge:~# ', TERM: 'vt220', HISTFILE: ''},
	});
	let open = true;
	const made = new Set<string>();
	onTestFinished(() => {
		open = false;
		pty.kill('SIGKILL');
		// A guest's files go with it; this one's are on this machine.
		for (const path of made) rmSync(path, {recursive: true, force: true});
	});
	pty.onData(text => open && machine.print(text));
	return {
		onSerial(text: string) {
			for (const [path] of text.matchAll(/\/tmp\/edge-builder-\d+/g)) made.add(path);
			if (open) pty.write(text);
		},
	};
};
