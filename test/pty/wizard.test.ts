import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {startProgram} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const ctrlP = '\u0010';

const startWizard = async ({columns = 120, env = {}}: {columns?: number; env?: Record<string, string>} = {}) => {
	const cwd = temporaryFolder();
	const program = startProgram([], {cwd, columns, rows: 34, env});
	await program.shows('How much do you want to decide');
	return {...program, cwd};
};

// Symptom: after nodeadm, the version question offered 1.34.2 and refused it when Enter took it. Cause: what was offered
// was the setting's default, whether this distribution has it or not.
test('what is offered can be taken: a Kubernetes version that nodeadm has', async () => {
	const program = await startWizard();
	await follow(
		program,
		['enter', 'Which builder makes the image?'],
		[['canvos', 'enter'], 'Which Linux distribution'],
		['enter', 'Which version of the distribution?'],
		['enter', 'Which Kubernetes distribution?'],
		// Until the release's list is known the default stands there alone, and is refused when the list comes before Enter.
		[['nodeadm', 'enter'], /Which Kubernetes version\?[\s\S]*❯ 1\.\d+\.\d+[\s\S]*\n\W*1\.\d+\.\d+/],
		['enter', 'Build an edge appliance'],
	);
});

// Symptom: a rehearsal on Debian named "ubuntu" as the safe answer, which it refuses. Cause: the text knew of one builder.
test('the safe answer of a rehearsal is this machine’s own distribution', async () => {
	const program = await startWizard({columns: 90});
	await follow(program, ['enter', 'Which builder makes the image?'], ['enter', 'Which Linux distribution']);
	expect(program.screen().replaceAll(/\s+/g, ' ')).toMatch(/for a rehearsal.* this machine’s own/);
	await follow(program, ['enter', 'Which version of the distribution?'], ['enter', 'Which Kubernetes distribution?']);
});

// Symptom: "You can change over at any question", but no key did. Cause: only the model knew of the change.
test('the path is changed at any question, and back', async () => {
	const program = await startWizard();
	await follow(program, ['enter', /2 of 11/], [ctrlP, /2 of (?!11)\d+/]);
	expect(program.screen()).toContain('Which builder makes the image?');
	program.press(ctrlP);
	await program.shows(/2 of 11/);
});

// Symptom: a letter typed at a question of two answers left "Nothing matches". Cause: whatever was typed narrowed the list.
test('a letter that fits no answer leaves the list as it is', async () => {
	const program = await startWizard();
	program.press('z');
	await follow(
		program,
		['enter', 'Which builder makes the image?'],
		[['q', 'canv'], /❯ .*CanvOS/],
		['enter', 'Which Linux distribution'],
	);
});

const draftOf = (cwd: string) => {
	const file = join(cwd, 'build/state/wizard-draft.json');
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).saved : undefined;
};

const reviewReached = async (program: Awaited<ReturnType<typeof startWizard>>) => {
	for (let question = 0; question < 20 && !program.screen().includes('Is this what you want'); question++) {
		const before = program.screen();
		program.press('enter');
		await program.shows({test: (text: string) => text !== before} as RegExp);
	}
};

test('the review says what of the environment was passed over', async () => {
	const program = await startWizard({env: {RUNNER: 'self-hosted'}});
	await reviewReached(program);
	expect(program.screen()).toContain('RUNNER in the environment: passed over');
});

// Symptom: a build that failed in its first minute took all answers with it. Cause: the draft was dropped when the build
// started, by the plain wizard even before.
test('the answers stay when a build of them did not pass, on screens', async () => {
	const program = await startWizard();
	await reviewReached(program);
	await follow(program, ['b', /Steps|Checking this machine/], ['ctrl+c', 'Stop']);
	program.press('y');
	await program.shows(/[Cc]ancelled/, 60_000);
	expect(draftOf(program.cwd)).toBeDefined();
	program.press('q');
	expect(await program.exitCode(60_000)).toBe(130);
	expect(draftOf(program.cwd)).toBeDefined();
});

test('the answers stay when a build of them did not pass, in lines', async () => {
	const cwd = temporaryFolder();
	const program = startProgram(['--plain'], {cwd, columns: 120, rows: 34});
	await program.shows('How much do you want to decide');
	for (let question = 0; question < 20 && !program.screen().includes('Is this what you want'); question++) {
		const before = program.screen();
		program.press('enter');
		await program.shows({test: (text: string) => text !== before && /[:)] *$/.test(text)} as RegExp);
	}
	program.press('1', 'enter');
	await program.shows('Checking this machine');
	program.press('ctrl+c');
	await program.shows(/[Cc]ancelled/, 60_000);
	expect(draftOf(cwd)).toBeDefined();
});

// Symptom: after a paste of 10,000 characters not even Ctrl-C was heard for minutes. Cause: each character was a press of
// its own, with a screen of its own.
test.each([
	['marked', '\u001B[200~', '\u001B[201~'],
	['unmarked', '', ''],
])('a long paste into a question is there at once, %s by the terminal or not', async (_, before, after) => {
	const program = await startWizard();
	await follow(
		program,
		['enter', 'Which builder makes the image?'],
		['enter', 'Which Linux distribution'],
		['enter', 'Which version of the distribution?'],
	);
	program.press(`${before}${'7'.repeat(30_000)}${after}`);
	await program.shows(/❯ 7{50}/);
	// A key that comes in one piece with pasted text is part of it.
	await until(
		() => {
			program.press('\u0015');
			return program.screen().includes('type to search, or something of your own');
		},
		() => `Ctrl-U was not heard. The screen:\n${program.screen()}`,
	);
	program.press('ctrl+c');
	expect(await program.exitCode()).toBe(130);
});
