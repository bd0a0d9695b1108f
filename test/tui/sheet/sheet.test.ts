import {setTimeout as delay} from 'node:timers/promises';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {AppActions, RunStart} from '../../../source/app/actions.ts';
import {runApp} from '../../../source/tui/run-app.tsx';
import type {WizardDraft} from '../../../source/wizard/draft.ts';
import {eventsDuringBuild} from '../../helpers/events.ts';
import {fakeActions, fakeRun, refusing, settingsToBuild} from '../../helpers/fake-actions.ts';
import {follow} from '../../helpers/follow.ts';
import {openTerminal} from '../../helpers/terminal.ts';

const ctrlR = '\u0012';
const ctrlU = '\u0015';

const opened: {close(): Promise<unknown>}[] = [];
const complaints: unknown[][] = [];

beforeEach(() => {
	vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words));
});

afterEach(async () => {
	for (const {close} of opened.splice(0)) await close();
	vi.restoreAllMocks();
	expect(complaints.splice(0)).toEqual([]);
});

const open = async (changes: Partial<AppActions> = {}, {columns = 120, rows = 34} = {}) => {
	const terminal = openTerminal(columns, rows);
	const actions = fakeActions(changes);
	const stop = new AbortController();
	const ended = runApp(actions, {colour: false, unicode: true, initial: 'wizard', signal: stop.signal, ...terminal});
	opened.push({
		close: () => {
			stop.abort();
			return ended;
		},
	});
	return {...terminal, actions, ended};
};

const begun = async (...o: Parameters<typeof open>) => {
	const app = await open(...o);
	await app.shows('What do you want to make?');
	return app;
};

/** The review of a rehearsal with all its defaults. */
const atReview = async (...o: Parameters<typeof open>) => {
	const app = await begun(...o);
	await follow(app, ['enter', 'Build this?']);
	return app;
};

test('Enter at the card and Enter at the review start the rehearsal, and the draft stays', async () => {
	const started: RunStart[] = [];
	const app = await atReview({
		startRun: async start => {
			started.push(start);
			return fakeRun(eventsDuringBuild().events);
		},
	});
	await app.shows('REHEARSAL: stand-ins');
	await app.shows('4 GB of 38 GB free here');
	app.press('enter');
	await app.shows('Running');
	expect(started.map(settingsToBuild)).toMatchObject([
		{builder: 'rehearsal', osDistribution: 'debian', customTag: 'rehearsal'},
	]);
	expect(app.actions.calls).not.toContain('dropDraft');
});

test('keys that come in one piece meet the screens that they open', async () => {
	const app = await begun();
	// A card, the place in the rail, a tag in place of the offered one, and on to the review.
	app.press('2', 'tab', '6', 'enter', 'enter', ctrlU, ...'lab7', 'enter');
	await app.shows('Build this?');
	await app.shows(/ttl\.sh\/ubuntu:\S+-lab7/);
});

test('every decision shows beside it all of them, and below it what the answers so far will make', async () => {
	const app = await begun();
	await app.shows(/localhost\/debian:kubeadm-\S+-rehearsal +palette-edge-installer-rehearsal\.iso/);
	await app.shows('needs 4 GB of 38 GB here');
	await follow(app, ['2', 'Which system'], ['2', 'Which Kubernetes?']);
	await app.shows(/✔ System +Ubuntu 22\.04/);
	await app.shows(/◯ Version +1\.34\.2/);
	await app.shows('needs 10 GB of 38 GB here');
	await app.shows('✔ answered');
});

test('on a narrow screen what will be made is told without halves of words', async () => {
	const app = await begun({}, {columns: 60, rows: 20});
	await follow(app, ['2', 'Which system'], [[], /^ +ttl\.sh\/ubuntu:kubeadm-\S+-demo$/m]);
	await app.shows(/^ +needs 10 GB of 38 GB here, \d+ GB in Docker’s folder$/m);
});

test('back goes to the decision before, and from the first to home', async () => {
	const app = await begun();
	await follow(
		app,
		['2', 'Which system'],
		['enter', 'Which Kubernetes?'],
		['escape', 'Which system'],
		['left', 'What do you want to make?'],
		['escape', 'Check this machine'],
	);
});

test('? tells why a decision matters and what breaks', async () => {
	const app = await begun();
	expect(app.screen()).not.toContain('Breaks:');
	app.press('?');
	await app.shows('Breaks:');
	app.press('?');
	await app.hides('Breaks:');
});

test('in a field a question mark is text, and its line is edited as at a shell', async () => {
	const app = await begun();
	await follow(app, ['2', 'Which system'], [['tab', '6'], '❯ Registry']);
	// To the start, a word to the right, the rest cut and brought back.
	app.press('?', '\u0001', 'x', '\u000B', '\u0019');
	await app.shows(/❯ Registry +xttl\.sh\?/);
	await follow(app, ['enter', /✖ .*\?/]);
});

test('Tab completes a path and shows what there is with its size, and goes on where nothing is left to complete', async () => {
	const paths: Record<string, Awaited<ReturnType<AppActions['completePath']>>> = {
		'/srv/d': {
			text: '/srv/doca-',
			candidates: [
				{name: 'doca-a.deb', bytes: 600e6},
				{name: 'doca-b.deb', bytes: 5e6},
			],
		},
		'/srv/doca-b': {text: '/srv/doca-b.deb', candidates: []},
	};
	const app = await begun({completePath: async text => paths[text] ?? {text, candidates: []}});
	await follow(
		app,
		['2', 'Which system'],
		[['tab', '5'], 'Where do DOCA'],
		['2', '❯ DOCA package'],
		// Symptom: the choice before it was marked while its fields were filled in.
		[[], '❯ Files of this machine'],
		[[...'/srv/d', 'tab'], /doca-a\.deb +600 MB/],
		[['b', 'tab'], '/srv/doca-b.deb'],
		['tab', '❯ Bundle'],
	);
	app.press('escape');
	await app.hides('❯ Bundle');
	expect(app.screen()).toContain('❯ Files of this machine');
});

// Symptom: on a slow disk what was typed behind Tab was gone when the path was complete.
test('what is typed while a path is completed stays', async () => {
	const completing = Promise.withResolvers<Awaited<ReturnType<AppActions['completePath']>>>();
	const app = await begun({completePath: () => completing.promise});
	await follow(
		app,
		['2', 'Which system'],
		[['tab', '5'], 'Where do DOCA'],
		['2', '❯ DOCA package'],
		[[...'/srv/d', 'tab', ...'ir/x.deb'], '/srv/dir/x.deb'],
	);
	completing.resolve({text: '/srv/doca-', candidates: []});
	await follow(app, ['y', '/srv/dir/x.deby']);
});

test('Ctrl-C keeps the answers, and the next sheet offers to go on there', async () => {
	let kept: WizardDraft | undefined;
	const app = await begun({
		saveDraft: async draft => {
			kept = draft;
		},
	});
	await follow(app, ['2', 'Which system'], ['2', 'Which Kubernetes?']);
	app.press('ctrl+c');
	await expect(app.ended).resolves.toMatchObject({exitCode: 130});
	expect(kept).toMatchObject({at: 'kubernetes', made: ['what', 'system']});

	const savedAt = Date.UTC(2026, 10, 22, 11, 0);
	const again = await open({loadDraft: async () => ({draft: kept, savedAt})});
	await again.shows('Go on where you left off?');
	await again.shows('1 hour ago');
	again.press('enter');
	await again.shows('Which Kubernetes?');

	const anew = await open({loadDraft: async () => ({draft: kept, savedAt})});
	await anew.shows('Go on where you left off?');
	anew.press('n');
	await anew.shows('What do you want to make?');
	expect(anew.actions.calls).toContain('dropDraft');
});

describe('the review', () => {
	test('saves a preset with name and description, and over one that exists only after a yes', async () => {
		const app = await atReview();
		await follow(
			app,
			['s', 'The next build starts'],
			['enter', 'A preset needs a name'],
			[[...'edge-lab', 'enter'], 'Replace preset edge-lab?'],
		);
		app.press('n');
		await app.hides('Replace preset');
		await follow(app, [['2', 'enter'], '❯ Rehearsal: edge appliance, debian 12'], ['enter', 'Saved preset edge-lab2.']);
		expect(app.actions.calls.join('\n')).toMatch(/savePreset edge-lab2: Rehearsal: edge appliance/);
	});

	// What was typed while the name was being looked up became part of it, and nobody asked about the preset of that name.
	test('saves under the name that was looked up, whatever is typed meanwhile', async () => {
		const lookup = Promise.withResolvers<{exists?: boolean}>();
		const app = await atReview({checkPresetName: () => lookup.promise});
		await follow(app, ['s', 'The next build starts'], [[...'edge', 'enter', ...'-lab', 'enter'], '❯ edge']);
		lookup.resolve({exists: false});
		await app.shows('Saved preset edge.');
		expect(app.actions.calls.join('\n')).toMatch(/savePreset edge: Rehearsal: .*-lab/);
	});

	// What waited for the lookup came behind the keys that had not been handed on yet: "-lab" became "lab-", or lost its "-".
	test.each([0, 1, 2, 4, 8])(
		'keys keep their order, though the name was looked up in %i ms while they came',
		async ms => {
			const app = await atReview({checkPresetName: () => delay(ms, {exists: false})});
			await follow(
				app,
				['s', 'The next build starts'],
				[[...'edge', 'enter', ...'-lab', 'enter'], 'Saved preset edge.'],
			);
			expect(app.actions.calls.join('\n')).toMatch(/savePreset edge: Rehearsal: .*-lab/);
		},
	);

	test('says which answers the saved preset must not hold', async () => {
		const app = await atReview();
		await follow(
			app,
			[['o', '/', 'HTTP_PROXY', 'enter', 'enter'], 'Enter take'],
			[['http://me:word@proxy:3128', 'enter'], 'Enter change'],
			['escape', 'Build this?'],
			['s', 'The next build starts'],
			[['edge-2', 'enter'], '❯ Rehearsal: edge appliance'],
			['enter', 'Saved preset edge-2. Not in it: HTTP_PROXY. Give it in the environment.'],
		);
	});

	test('leads to the very field that is marked, and back when it is taken', async () => {
		const app = await begun();
		await follow(app, ['2', 'Which system'], [ctrlR, 'Build this?']);
		await follow(app, [Array(10).fill('down'), /❯.* Tag /], ['enter', /❯ Tag +demo/]);
		await follow(app, [['-9'], /❯ Tag +demo-9/], ['enter', 'Build this?']);
		await app.shows(/Tag +demo-9/);
		await app.shows(/Registry +ttl\.sh/);
	});

	test('stays with the reason when the build cannot begin', async () => {
		const app = await atReview({startRun: refusing('Another run holds this workspace', 'Wait for it.')});
		app.press('b');
		await app.shows('Another run holds this workspace. Wait for it.');
		await app.shows('Build this?');
	});

	test('shows the command, .arg and the preset file where they can be copied', async () => {
		const app = await begun();
		await follow(app, ['2', 'Which system'], [ctrlR, 'Build this?']);
		for (const [key, text] of [
			['x', 'edge-builder build --yes'],
			['a', 'K8S_DISTRIBUTION=kubeadm'],
			['p', 'schemaVersion: 1'],
		] as const) {
			app.press(key);
			await vi.waitFor(() => expect(app.actions.calls.join('\n')).toContain(text));
		}
	});

	test('leads to a decision or a setting, and back', async () => {
		const app = await atReview();
		await follow(
			app,
			['6', 'What is the image called?'],
			[['enter', 'enter', ctrlU, ...'lab1', 'enter'], /Image +localhost\/debian:\S+-lab1/],
		);
		await app.shows(/• Tag +lab1/);
	});

	// Symptom: after every change the cursor was at the top again.
	test('keeps the cursor on what was changed', async () => {
		const app = await atReview();
		await follow(app, [Array.from({length: 10}, () => 'down'), /❯ . Tag/]);
		await follow(app, ['enter', '❯ Tag  '], ['enter', /❯ . Tag/]);
		await follow(app, ['o', 'All settings'], ['escape', /❯ . Tag/]);
	});

	test('with what cannot be built leads to why instead of building', async () => {
		const app = await begun();
		await follow(
			app,
			['2', 'Which system'],
			[['tab', '7'], 'All settings'],
			[['/', ...'OS_DISTRIBUTION', 'enter', 'enter'], /↑↓ Ubuntu/],
			[['down', 'enter'], 'openSUSE'],
			[ctrlR, 'Cannot be built yet'],
			// Before any key.
			[[], /✖ an edge appliance cannot be built on openSUSE Leap/],
			[[], 'Enter goes to what is wrong'],
			['b', /❯ ✖ Distribution[\s\S]*✖ an edge appliance cannot be built on openSUSE Leap/],
		);
		expect(app.actions.calls.join('\n')).not.toContain('startRun');
	});
});

describe('a machine that is not ready', () => {
	const failed = Array.from({length: 5}, (_, index) => ({
		id: `check-${index}`,
		title: `Check ${index}`,
		verdict: 'fail' as const,
		detail: `found ${index} of what there must be, and it is in a place where nobody looks for it`,
		why: 'Without it the build stops in its middle.',
		hint: `Do what is written in chapter ${index}.`,
	}));

	test.each([
		[60, 20],
		[80, 24],
		[120, 40],
	])('has all its failed checks behind one key, at %i×%i', async (columns, rows) => {
		const app = await atReview({hostReadiness: async () => ({failed})}, {columns, rows});
		await follow(app, [[], '5 checks failed, m shows them'], [[], 'm shows them'], ['m', 'This machine']);
		const seen = new Set<string>();
		for (let top = 0; top < 40; top++) {
			for (const [chapter] of app.screen().matchAll(/chapter \d/g)) seen.add(chapter);
			const before = app.screen();
			if (!/↓ \d+ more/.test(before)) break;
			app.press('down');
			await vi.waitFor(() => expect(app.screen()).not.toBe(before));
		}
		expect(seen.size).toBe(5);
		await follow(app, ['escape', 'Build this?']);
	});

	test('of which nothing failed has no such key', async () => {
		const app = await atReview();
		await follow(app, ['?', 'Check this machine again']);
		expect(app.screen()).not.toContain('that failed');
	});

	// Symptom: of the last rows of a low screen, what is needed and that it is a rehearsal went first.
	test('leaves room for what a build needs at 60×20', async () => {
		const app = await atReview({hostReadiness: async () => ({failed})}, {columns: 60, rows: 20});
		await follow(app, [[], 'Needs  4 GB of 38 GB free here'], [[], 'Not for real'], [[], '❯ Build']);
	});
});

describe('the list of all settings', () => {
	test.each([
		[60, 20],
		[80, 24],
		[120, 40],
	])('shows the group of whatever is in sight, at %i×%i', async (columns, rows) => {
		const app = await atReview({}, {columns, rows});
		await follow(app, ['o', /── What is built ─[\s\S]*❯/], ['end', /── This machine and the smoke test ─[\s\S]*❯/]);
		// From the last to the first, heading by heading.
		await follow(app, [Array.from({length: 9}, () => 'pageup'), /── What is built ─[\s\S]*❯/]);
	});

	test('says on a wide screen where a changed value is from', async () => {
		const app = await begun();
		await follow(app, ['2', 'Which system'], [ctrlR, 'Build this?'], ['o', /• +Builder +CanvOS +your answer/]);
	});

	test('changes a value in place, says where it is from, and takes it back', async () => {
		const app = await atReview();
		await follow(app, ['o', 'All settings'], [['/', ...'CORES', 'enter'], /CORES +default/]);
		await follow(app, ['enter', 'Enter take'], [[ctrlU, ...'99999', 'enter'], /✖ .*whole number/]);
		expect(app.screen()).toContain('0 changed');
		app.press('escape');
		await app.hides('✖');
		await follow(
			app,
			[['enter', ctrlU, '3', 'enter'], /CORES +your answer/],
			['backspace', /CORES +default/],
			['escape', 'Build this?'],
		);
	});
});

test('choices learned while a decision is shown appear, with where they are from', async () => {
	const learning = Promise.withResolvers<void>();
	const app = await begun({
		learnFacts: async ({settings, tell}) => {
			if (settings.builder !== 'canvos') return;
			await learning.promise;
			const note = 'From the list that comes with the program: no network.';
			tell({kubernetesVersions: {kubeadm: ['1.34.2', '1.35.7']}}, {version: note});
		},
	});
	await follow(app, ['2', 'Which system'], [['tab', '4'], 'Which Kubernetes version?']);
	expect(app.screen()).not.toContain('1.35.7');
	learning.resolve();
	await app.shows('1.35.7');
	await app.shows('From the list that comes with the program');
	// What was marked before stays what Enter takes.
	await app.shows('❯ 1.34.2');
});
