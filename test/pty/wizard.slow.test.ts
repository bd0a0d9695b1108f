import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {openEntry} from '../helpers/home-keys.ts';
import {launcher} from '../helpers/launcher.ts';
import {type Program, startInTerminal, startProgram} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const ctrl = (letter: string) => String.fromCharCode(letter.charCodeAt(0) - 64);
const toReview = ctrl('R');
const toRail = '\t';
const clearLine = ctrl('U');

type Options = {columns?: number; rows?: number; cwd?: string; env?: Record<string, string>};

/** The program on the cards that a first start shows: 1 rehearses, 2 is an edge appliance, 3 a standard image. */
const startWizard = async ({columns = 80, rows = 24, cwd = temporaryFolder(), env = {}}: Options = {}) => {
	const program = startProgram([], {cwd, columns, rows, env});
	await program.shows('Standard image');
	return {...program, cwd};
};

const isWhole = (program: Program) =>
	until(
		() => program.frameFault() === undefined,
		() => `The frame is broken: ${program.frameFault()}\n${program.screen()}`,
		10_000,
	);

/** Keys and what they bring, and the frame is whole each time. */
const walk = async (program: Program, ...steps: Parameters<typeof follow>[1][]) => {
	for (const step of steps) {
		await follow(program, step);
		await isWhole(program);
	}
};

const draftOf = (cwd: string) => {
	const file = join(cwd, 'build/state/wizard-draft.json');
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).saved : undefined;
};

const stopBuild = async (program: Program) => {
	await follow(program, ['ctrl+c', 'Stop the build?']);
	program.press('y');
	await program.shows(/[Cc]ancelled/);
};

/** From the cards through every decision of an edge appliance. */
const everyDecision = [
	['2', 'Which system does the image have?'],
	['enter', 'Which Kubernetes?'],
	['enter', 'Which Kubernetes version?'],
	['enter', 'Where do DOCA and the BlueField bundle come from?'],
	['enter', 'What is the image called?'],
	['enter', /❯ Repository/],
	['enter', /❯ Tag/],
	['enter', 'Build this?'],
] as const;

describe.each([
	[60, 20],
	[80, 24],
	[120, 40],
	[200, 60],
])('at %i×%i', (columns, rows) => {
	test('the whole wizard goes by keys, for all three kinds, and every frame is whole', async () => {
		const program = await startWizard({columns, rows});
		await walk(program, ...everyDecision, [[], 'ttl.sh']);
		await walk(
			program,
			// What is there, with every remark, row by row.
			['end', /Needs|no history yet/],
			['home', '❯ Build'],
			['o', 'All settings'],
			['/', /\/ /],
			['vf', /\d+ of \d+/],
			['enter', 'NUMVF_EW'],
			['escape', 'Build this?'],
			['s', 'The next build starts'],
			['escape', 'Build this?'],
			// The other two kinds, from the review and back to it.
			['1', 'What do you want to make?'],
			['3', /Build this\?[\s\S]*Edge appliance +no/],
		);
		await walk(program, ['1', 'What do you want to make?'], ['1', 'REHEARSAL']);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
		expect(draftOf(program.cwd)).toMatchObject({draft: {at: 'review'}});
	});
});

test('every screen of the sheet is drawn anew when the terminal changes in its middle', async () => {
	const program = await startWizard({columns: 120, rows: 40});
	const resized = async (text: string | RegExp) => {
		for (const [columns, rows] of [
			[60, 20],
			[200, 60],
			[120, 40],
		] as const) {
			program.resize(columns, rows);
			await program.shows(text);
			await isWhole(program);
		}
	};
	for (const [keys, text] of everyDecision) {
		await follow(program, [keys, text]);
		await resized(text);
	}
	await follow(program, ['o', 'All settings'], ['enter', /↑↓|▲▼/]);
	await resized('All settings');
	await follow(program, ['escape', 'Enter change'], ['escape', 'Build this?'], ['s', 'The next build']);
	await resized('The next build');
	await follow(program, ['escape', 'Build this?'], ['2', 'Which system'], [toRail, '✔ answered']);
	await resized('✔ answered');
});

describe('any place', () => {
	test('is two keys away, the review one, from lists and from fields', async () => {
		const program = await startWizard();
		await walk(
			program,
			['2', 'Which system does the image have?'],
			[[toRail, '6'], 'What is the image called?'],
			// Tab completes and goes on in a field.
			[[ctrl('L'), '5'], 'Where do DOCA'],
			[[toRail, '4'], 'Which Kubernetes version?'],
			// Letters and digits are typed there.
			['1.33', /\/ 1\.33/],
			[[toRail, '3'], 'Which Kubernetes?'],
			[toReview, 'Build this?'],
			// Esc at the review is back where it was left.
			['escape', 'Which Kubernetes?'],
			[toReview, 'Build this?'],
			['6', 'What is the image called?'],
			[[ctrl('A'), 'lab.', toReview], 'lab.ttl.sh'],
			['o', 'All settings'],
			[toReview, 'Build this?'],
		);
	});

	// Symptom: with a text that is refused, the review came and the text was gone without a word.
	test('is not left with a text that is refused', async () => {
		const program = await startWizard();
		await walk(program, ['2', 'Which system'], [[toRail, '6'], 'What is the image called?']);
		await walk(program, [[clearLine, 'https://ghcr.io', toReview], /✖ .*scheme/]);
		expect(program.screen()).toContain('What is the image called?');
		// What was wrong says nothing any more once something else is typed.
		program.press('\u007F');
		await until(
			() => !program.screen().includes('scheme'),
			() => `The complaint stays:\n${program.screen()}`,
		);
		await walk(program, [[clearLine, 'ghcr.io', toReview], 'ghcr.io/ubuntu']);
	});
});

// Symptom: a letter typed at a question left "Nothing matches". Cause: whatever was typed narrowed the list.
test('a letter that fits no choice leaves the list as it is', async () => {
	const program = await startWizard();
	await walk(program, ['2', 'Which system'], ['/', 'type to narrow'], ['22', /\/ 22/]);
	program.press('z');
	await walk(program, ['\u007F', /\/ 2\s/], ['2', /❯ Ubuntu 22\.04/], ['enter', 'Which Kubernetes?']);
	// Without the slash letters are commands or nothing.
	program.press('z');
	await walk(program, ['enter', 'Which Kubernetes version?']);
});

test('what cannot be chosen says why, is never marked first, and is not taken', async () => {
	const program = await startWizard();
	await walk(program, ['2', /❯ Ubuntu 24\.04/]);
	expect(program.screen()).toMatch(/openSUSE Leap 15\.6 +not possible/);
	await walk(
		program,
		['3', '✖ an edge appliance cannot be built on openSUSE Leap'],
		[[toRail, '3'], 'Which Kubernetes?'],
		// What is marked there is a version that nodeadm has, be it the usual one or not.
		['5', /Which Kubernetes version\?[\s\S]*❯ 1\.\d+\.\d+[\s\S]*From the (list|last)/],
		['enter', 'Where do DOCA'],
	);
});

test('an answer that makes an earlier one impossible says so, and f goes there', async () => {
	const program = await startWizard({columns: 120, rows: 40});
	await walk(
		program,
		['2', 'Which system'],
		['enter', 'Which Kubernetes?'],
		[[toRail, '7'], 'All settings'],
		['/', /\/ /],
		['OS_DISTRIBUTION', /❯.*Distribution/],
		['enter', 'Esc back'],
		['enter', /↑↓ Ubuntu/],
		['down', 'openSUSE'],
		['enter', 'OS_DISTRIBUTION'],
		['escape', /System does not fit any more: an edge appliance cannot be built on openSUSE Leap.*f goes/s],
		['f', /❯ Ubuntu 24\.04/],
		['enter', 'Which Kubernetes?'],
	);
	expect(program.screen()).not.toContain('does not fit');
});

describe('a paste', () => {
	// Symptom: after a paste of 10,000 characters not even Ctrl-C was heard for minutes. Cause: each character was a press
	// of its own, with a screen of its own.
	test.each([
		['marked', '\u001B[200~', '\u001B[201~'],
		['unmarked', '', ''],
	])('of much text is there at once, %s by the terminal or not', async (_, before, after) => {
		const program = await startWizard();
		await walk(program, ['2', 'Which system'], [[toRail, '4'], 'Which Kubernetes version?']);
		program.press(`${before}${'7'.repeat(30_000)}${after}`);
		await program.shows(/7{50}/);
		await isWhole(program);
		await walk(program, [clearLine, 'something of your own']);
		program.press('ctrl+c');
		expect(await program.exitCode()).toBe(130);
	});

	test('into a field is its text on one line, without what would steer the terminal, and presses no Enter', async () => {
		const program = await startWizard();
		await walk(program, ['2', 'Which system'], [[toRail, '6'], 'What is the image called?']);
		program.press(clearLine, '\u001B[200~ghcr.io/\u001B[2Jacme\r\n\u001B[201~');
		await program.shows(/Registry +ghcr\.io\/\S*acme/);
		expect(program.screen()).toContain('❯ Registry');
		await isWhole(program);
	});
});

test('Ctrl-C keeps the answers and gives the terminal back; the next start offers them', async () => {
	const cwd = temporaryFolder();
	const shell = startInTerminal('sh', ['-c', `'${launcher}'; echo "code $?"; stty -a; echo "$(printf d)one"`], {
		cwd,
		columns: 100,
	});
	await shell.shows('Standard image');
	await walk(shell, ['2', 'Which system'], ['2', 'Which Kubernetes?']);
	shell.press('ctrl+c');
	await shell.shows('done');
	expect(shell.screen()).toContain('code 130');
	expect(shell.screen()).not.toContain('Which Kubernetes?');
	expect(shell.screen()).toMatch(/[ ;]icanon/);
	expect(shell.screen()).toMatch(/[ ;]echo /);
	expect(draftOf(cwd)).toMatchObject({draft: {at: 'kubernetes', answers: {builder: 'canvos', osVersion: '22.04'}}});
	await shell.exitCode();

	const again = startProgram([], {cwd});
	await until(
		() => /Go on|Standard image|New build/.test(again.screen()),
		() => again.screen(),
	);
	if (!again.screen().includes('Go on')) again.press('2');
	await again.shows('Go on where you left off?');
	await walk(again, ['enter', 'Which Kubernetes?'], [toReview, '22.04']);
	again.signal('SIGHUP');
	expect(await again.exitCode()).toBe(130);
	expect(draftOf(cwd)).toMatchObject({draft: {answers: {osVersion: '22.04'}}});
});

test('the review says what of the environment was passed over', async () => {
	const program = await startWizard({rows: 40, env: {RUNNER: 'self-hosted'}});
	await walk(program, ['2', 'Which system'], [toReview, 'Build this?'], ['end', 'RUNNER in the environment']);
	expect(program.screen()).toContain('passed over');
});

// Symptom: a build that failed in its first minute took all answers with it. Cause: the draft was dropped when the build
// started, by the plain wizard even before.
describe('the answers stay when a build of them did not pass', () => {
	test('on screens, where the build is two keys from the start', async () => {
		const buildah = hangingBuildah();
		const program = await startWizard({env: buildah.env});
		await follow(program, ['enter', 'Build this?'], ['enter', /Steps|Checking this machine/]);
		await stopBuild(program);
		expect(draftOf(program.cwd)).toBeDefined();
		program.press('q');
		expect(await program.exitCode(60_000)).toBe(130);
		expect(draftOf(program.cwd)).toBeDefined();
	});

	test('in lines', async () => {
		const cwd = temporaryFolder();
		const program = startProgram(['--plain'], {cwd, columns: 120, rows: 34});
		await program.shows(/(What do you want to do|Number or name).*: *$/s);
		if (!program.screen().includes('What do you want to make?')) program.press('new build', 'enter');
		await program.shows(/What do you want to make\?.*: *$/s);
		await follow(program, [['1', 'enter'], /What now.*: *$/s], [['1', 'enter'], 'Checking this machine']);
		program.press('ctrl+c');
		await program.shows(/[Cc]ancelled/, 60_000);
		expect(draftOf(cwd)).toBeDefined();
	});
});

/** How many keys were pressed, typed text not counted. */
const counting = (program: Program) => {
	let count = 0;
	return {
		count: () => count,
		press: (...keys: string[]) => {
			count += keys.length;
			program.press(...keys);
		},
	};
};

test('an edge appliance with all defaults is running after at most eight keys', async () => {
	const program = await startWizard({rows: 40, env: hangingBuildah().env});
	const keys = counting(program);
	keys.press('down');
	keys.press('enter');
	await program.shows('Which system');
	keys.press(toReview);
	await program.shows('Build this?');
	keys.press('enter');
	await program.shows('Failed after');
	expect(keys.count()).toBeLessThanOrEqual(8);
	// There is no Docker on that machine: it fails at once, and the answers stay.
	program.press('ctrl+c');
	await program.exitCode();
	expect(draftOf(program.cwd)).toMatchObject({draft: {answers: {builder: 'canvos'}}});
});

test('a preset with another tag is running after at most eight keys and the tag', async () => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	const preset = 'schemaVersion: 1\nname: mine\ndescription: My own\nsettings:\n  builder: rehearsal\n';
	writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
	const program = startProgram([], {cwd, columns: 100, rows: 40, env: hangingBuildah().env});
	const keys = counting(program);
	await openEntry({...program, press: keys.press}, 'Presets');
	await program.shows(/❯.*mine/);
	const counted = {...program, press: keys.press};
	await follow(
		counted,
		['enter', 'Build this?'],
		['6', '❯ Registry'],
		['enter', '❯ Repository'],
		['enter', '❯ Tag'],
		[clearLine, /❯ Tag\s+$/m],
	);
	program.press('lab7');
	await follow(counted, ['enter', /Image +localhost\S+-lab7/], ['enter', /Steps|Checking this machine/]);
	expect(keys.count()).toBeLessThanOrEqual(8);
	await stopBuild(program);
	program.press('q');
	expect(await program.exitCode()).toBe(130);
});
