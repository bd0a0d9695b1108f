import {describe, expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {startProgram} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const esc = '\u001B';
const pasted = (text: string) => `${esc}[200~${text}${esc}[201~`;

/** The wizard at the form with registry, repository and tag. */
const atImage = async () => {
	const program = startProgram([], {cwd: temporaryFolder(), columns: 110, rows: 36});
	await program.shows('Standard image');
	await follow(program, [['down', 'down', 'enter'], 'Which system does the image have?']);
	await follow(program, ['enter', 'Which Kubernetes?'], ['enter', 'Which Kubernetes version?']);
	await follow(program, ['enter', 'What is the image called?']);
	return program;
};

// The rest of a colour, "[31m", stood in the field.
test('a paste with escape sequences acts on nothing and leaves nothing of them in the field', async () => {
	const program = await atImage();
	program.press('\u0015', pasted(`${esc}[31mregistry.lan${esc}[0m/edge\r\n${esc}[A`));
	await program.shows(/registry\.lan\/edge/);
	expect(program.screen()).toContain('What is the image called?');
	expect(program.screen()).not.toMatch(/\[31m|\[0m|\[A/);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('a field is edited as at a shell: words, both ends, and undo', async () => {
	const program = await atImage();
	program.press('\u0015', 'registry.lan/edge/lab');
	await program.shows('registry.lan/edge/lab');
	// Alt-B, Ctrl-K; Ctrl-A, Alt-F, Ctrl-U; Ctrl-_.
	program.press(`${esc}b`, '\u000B');
	await program.shows(/registry\.lan\/edge\/(?!lab)/);
	program.press('\u0001', `${esc}f`, '\u0015');
	await program.shows(/(?<!registry)\.lan\/edge\//);
	program.press('\u001F', '\u001F');
	await program.shows('registry.lan/edge/lab');
	// The cursor is before "lab" again: Ctrl-Left and Delete.
	program.press(`${esc}[1;5D`, `${esc}[3~`);
	await program.shows('registry.lan/dge/lab');
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

test('what was refused stays in the field, and the reason goes with the next letter', async () => {
	const program = await atImage();
	program.press('\u0015', 'BAD NAME', 'enter');
	await program.shows('contains a blank');
	program.press('\u007F');
	await program.shows({test: (screen: string) => !screen.includes('contains a blank')} as RegExp);
	expect(program.screen()).toContain('BAD NAM');
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

const ctrl = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 64);

test('earlier values come back: in a form by Ctrl-P and Ctrl-N, in a line by itself by the arrows', async () => {
	const program = await atImage();
	await program.shows('Ctrl-P earlier');
	await follow(program, [[ctrl('U'), 'registry.lan', 'enter'], /❯ Repository/], ['up', /❯ Registry +registry\.lan/]);
	program.press(ctrl('U'), 'half');
	await follow(
		program,
		[ctrl('P'), /❯ Registry +registry\.lan/],
		[ctrl('P'), /❯ Registry +ttl\.sh/],
		[ctrl('N'), /❯ Registry +registry\.lan/],
		[ctrl('N'), /❯ Registry +half/],
		[[ctrl('P'), ctrl('R')], 'Build this?'],
		[['o', '/', 'IMAGE_REGISTRY', 'enter', 'enter'], '↑ earlier'],
		// What was taken in the form is known here, too.
		['up', /❯ .*Registry +ttl\.sh/],
		['down', /❯ .*Registry +registry\.lan/],
	);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});

describe('half-typed text survives Ctrl-C', () => {
	const left = async (cwd: string, ...steps: Parameters<typeof follow>[1][]) => {
		const program = startProgram([], {cwd, columns: 110, rows: 36});
		await program.shows('Standard image');
		await follow(program, [['down', 'down', 'enter'], 'Which system does the image have?'], ...steps);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
	};
	const goneOn = async (cwd: string) => {
		const program = startProgram([], {cwd, columns: 110, rows: 36});
		await program.shows('Standard image');
		await follow(program, [['down', 'down', 'enter'], 'Go on where you left off?']);
		program.press('enter');
		return program;
	};

	test('in a form, where it is no answer until it is taken', async () => {
		const cwd = temporaryFolder();
		await left(
			cwd,
			[[ctrl('L'), '5'], /❯ Registry/],
			['enter', /❯ Repository/],
			[[ctrl('U'), 'Half A'], /❯ Repository +Half A/],
		);
		const program = await goneOn(cwd);
		await program.shows(/❯ Repository +Half A/);
		// It would be refused as an answer; the one that counts is the old one.
		expect(program.screen()).toMatch(/ttl\.sh\/ubuntu:/);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
	});

	test('in the list of all settings', async () => {
		const cwd = temporaryFolder();
		await left(
			cwd,
			[[ctrl('R')], 'Build this?'],
			[['o', '/', 'CUSTOM_TAG', 'enter', 'enter'], 'Enter take'],
			[[ctrl('U'), 'half-a-t'], /❯ .*Tag +half-a-t/],
		);
		const program = await goneOn(cwd);
		await program.shows(/All settings[\s\S]*❯ .*Tag +half-a-t/);
		await follow(program, ['escape', 'Enter change']);
		expect(program.screen()).not.toContain('half-a-t');
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
	});
});
