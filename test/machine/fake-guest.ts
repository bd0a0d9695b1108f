import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {spawn} from '@lydell/node-pty';
import {onTestFinished} from 'vitest';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import type {FakeGuest, FakeMachine} from './fake-qemu.ts';

export const titles = [
	'Palette eXtended Kubernetes Edge Installer',
	'Palette eXtended Kubernetes Edge Installer (manual)',
	'Palette Edge Interactive Installer',
];

/** GRUB's menu as SeaBIOS mirrors it: placed by cursor movements, so that words come in pieces. */
export const drawMenu = (selected: number, entries: readonly string[] = titles) => {
	const at = (row: number, column: number) => `\x1b[${row};${column}H`;
	return [
		'\x1b[2J',
		`${at(2, 24)}GNU GRUB${at(2, 32)}  version 2.06`,
		`${at(4, 2)}┌${'─'.repeat(76)}┐`,
		...entries.map((title, row) => {
			const half = Math.floor(title.length / 2);
			const star = row === selected ? '*' : ' ';
			return `${at(5 + row, 2)}│${star}${title.slice(0, half)}${at(5 + row, 4 + half)}${title.slice(half)}${at(5 + row, 79)}│`;
		}),
		`${at(18, 2)}└${'─'.repeat(76)}┘`,
		`${at(20, 7)}Use the ↑ and ↓ keys to select which entry is highlighted.`,
	].join('');
};

export const autologin = '\r\nedge login: root (automatic login)\r\n\r\nWelcome to Kairos!\r\n';

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
