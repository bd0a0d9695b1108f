import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {startProgram} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

/** What steers, tears or hides on a terminal that gets it. */
const hostile = [
	...[
		'\u001B[2J',
		'\u001B[H',
		'\u001B[10;10H',
		'\u001B[?1049l',
		'\u001B[?25h',
		'\u001B[?1003h',
		'\u001B[5;9r',
		'\u001Bc',
	],
	...[
		'\u001B]0;owned\u0007',
		'\u001B]52;c;b3duZWQ=\u0007',
		'\u001BP+q544e\u001B\\',
		'\u009B2J',
		'\u001B(0',
		'\u000E',
		'\b\b\b',
	],
	...[
		'\0\0',
		'\u0007',
		'\r',
		'\t',
		'\v',
		'\f',
		'\u202E',
		'\u200B',
		'\uFEFF',
		'漢字かな',
		'👩‍👩‍👧‍👦',
		'e\u0301\u0302\u0303',
		'한글',
		'\u001B[',
	],
	...['\u001B[31mred', '\u001B[8mhidden', '\u001B[38;5;9m', '\u001B[0m', 'plain text of a build, as it is printed'],
];

/** The same bytes each time: lines of all lengths, and bytes that are no text. */
function stormOf(lines: number): Buffer {
	let state = 1;
	const below = (limit: number) => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		return (state >>> 8) % limit;
	};
	const parts: Buffer[] = [];
	for (let line = 0; line < lines; line++) {
		for (let part = below(12); part > 0; part--) parts.push(Buffer.from(hostile[below(hostile.length)] ?? ''));
		parts.push(Buffer.from(Array.from({length: below(6)}, () => below(256))), Buffer.from('\n'));
	}
	return Buffer.concat(parts);
}

test.each([
	[60, 20],
	[80, 24],
	[120, 40],
	[200, 60],
])('at %i×%i a storm of bytes tears no frame, reaches no terminal, and ends in the outcome', async (columns, rows) => {
	const cwd = temporaryFolder();
	const [bytes, stopped] = ['bytes', 'stopped'].map(name => join(cwd, name));
	writeFileSync(bytes ?? '', stormOf(20_000));
	const install = `while [ ! -e '${stopped}' ]; do /bin/cat '${bytes}'; done`;
	const program = startProgram(['build', '--preset', 'rehearsal', '--yes'], {
		...{cwd, columns, rows, env: fakeMachine({install}).env},
	});
	await program.shows(/plain text of a build/);
	const isWhole = () =>
		until(
			() => program.frameFault() === undefined,
			() => `${program.frameFault()}\n${program.screen()}`,
			20_000,
		);
	for (const key of ['', 'w', 'z', 'w', 'z', '/', 'p', 'l', 'enter', 'n', 'escape', 'L', 'L', '?', '?']) {
		program.press(key);
		await isWhole();
	}
	writeFileSync(stopped ?? '', '');
	await program.exitCode();
	const written = program.bytes();
	expect(written).not.toMatch(/owned|b3duZWQ|\u001BP|\u001B\(0|\u0007|\u000E|\u009B|\u202E|\u200B|\uFEFF/);
	// Ours comes first and once; the storm's would be one of many.
	expect(written.split('\u001B[?1049l').length).toBeLessThanOrEqual(2);
	expect(program.screen()).toContain('Failed');
});
