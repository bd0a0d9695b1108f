import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import type {AppActions, RunStart} from '../../../source/app/actions.ts';
import {runApp} from '../../../source/tui/run-app.tsx';
import type {WizardDraft} from '../../../source/wizard/draft.ts';
import {eventsDuringBuild} from '../../helpers/events.ts';
import {fakeActions, fakeRun, refusing, settingsToBuild} from '../../helpers/fake-actions.ts';
import {follow} from '../../helpers/follow.ts';
import {openTerminal} from '../../helpers/terminal.ts';

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

const open = async (changes: Partial<AppActions> = {}, {columns = 100, rows = 34} = {}) => {
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

/** Takes what is offered at every question, up to the review. */
const toReview = async (app: Awaited<ReturnType<typeof open>>) => {
	await app.shows('How much do you want to decide?');
	app.press(...Array.from({length: 11}, () => 'enter'));
	await app.shows('Is this what you want to build?');
};

test('Enter through all questions and Enter at the review starts the rehearsal, and the draft stays', async () => {
	const started: RunStart[] = [];
	const app = await open({
		startRun: async start => {
			started.push(start);
			return fakeRun(eventsDuringBuild().events);
		},
	});
	await toReview(app);
	await app.shows('REHEARSAL: stand-ins take the place of NVIDIA software');
	await app.shows('about 4 GB of disk, 38 GB free');
	app.press('enter');
	await app.shows('Running');
	expect(started.map(settingsToBuild)).toMatchObject([
		{builder: 'rehearsal', osDistribution: 'debian', customTag: 'rehearsal'},
	]);
	expect(app.actions.calls).not.toContain('dropDraft');
});

test('every question shows what the answers so far will make', async () => {
	const app = await open();
	await app.shows(/Image +localhost\/debian:kubeadm-/);
	await app.shows('palette-edge-installer-rehearsal.iso');
	await toReview(app);
	await follow(
		app,
		[['up', 'enter'], 'Enter takes it, typing replaces it'],
		[[...'lab1', 'enter'], 'Is this what you want to build?'],
	);
	await app.shows(/Image +localhost\/debian:\S+-lab1/);
});

test('back goes to the question before, and from the first to the menu', async () => {
	const app = await open();
	await app.shows('How much do you want to decide?');
	await follow(
		app,
		['enter', 'Which builder makes the image?'],
		['escape', 'How much do you want to decide?'],
		['ctrl+b', 'Open a QEMU console'],
	);
});

test('? tells why a question matters and what breaks', async () => {
	const app = await open();
	await app.shows('How much do you want to decide?');
	expect(app.screen()).not.toContain('Breaks:');
	app.press('?');
	await app.shows('Breaks:');
	app.press('?');
	await app.hides('Breaks:');
});

test('a choice that will not build says why and is not taken', async () => {
	const app = await open();
	await app.shows('How much do you want to decide?');
	await follow(
		app,
		[['enter', 'enter'], 'Which Linux distribution?'],
		[[...'ubuntu', 'enter'], '✖ a rehearsal on this machine is debian, not ubuntu'],
	);
});

test('Ctrl-C keeps the answers, and the next wizard offers to go on there', async () => {
	let kept: WizardDraft | undefined;
	const saveDraft = async (draft: WizardDraft) => {
		kept = draft;
	};
	const app = await open({saveDraft});
	await app.shows('How much do you want to decide?');
	app.press('enter', 'enter');
	await app.shows('Which Linux distribution?');
	app.press('ctrl+c');
	await expect(app.ended).resolves.toMatchObject({exitCode: 130});
	expect(kept).toMatchObject({at: 'osDistribution', confirmed: ['path', 'builder']});

	const again = await open({loadDraft: async () => ({draft: kept, savedAt: Date.UTC(2026, 10, 22, 11, 0)})});
	await again.shows('Go on where you left?');
	await again.shows('Your answers of 1 hour ago');
	again.press('enter');
	await again.shows('Which Linux distribution?');
});

test('a preset is saved with name and description, and one that exists only after a yes', async () => {
	const app = await open();
	await toReview(app);
	await follow(
		app,
		['s', 'Save as preset'],
		['enter', 'A preset needs a name'],
		[[...'edge-lab', 'enter'], 'Replace preset edge-lab?'],
	);
	app.press('n');
	await app.hides('Replace preset');
	await follow(app, [['2', 'enter'], '❯ Rehearsal: edge appliance, debian 12'], ['enter', 'Saved preset edge-lab2.']);
	expect(app.actions.calls.join('\n')).toMatch(/savePreset edge-lab2: Rehearsal: edge appliance/);
});

test('a build that cannot begin leaves the review with the reason', async () => {
	const app = await open({startRun: refusing('Another run holds this workspace', 'Wait for it.')});
	await toReview(app);
	app.press('b');
	await app.shows('Another run holds this workspace. Wait for it.');
	await app.shows('Is this what you want to build?');
});

test('choices learned while the question is shown appear, with where they are from', async () => {
	const learning = Promise.withResolvers<void>();
	const app = await open({
		learnFacts: async ({settings, tell}) => {
			if (settings.builder !== 'canvos') return;
			await learning.promise;
			tell(
				{canvosReleases: ['v4.9.38', 'v4.8.10']},
				{canvosRef: 'From the list that comes with the program: no network.'},
			);
		},
	});
	await app.shows('How much do you want to decide?');
	app.press('down', 'enter');
	await app.shows('Which builder makes the image?');
	// Not the whole screen: one key may draw it twice, and a second key would pass the question by.
	const number = () => /(\d+) of \d+/.exec(app.screen())?.[1];
	const answer = async (...keys: string[]) => {
		const before = number();
		app.press(...keys);
		await vi.waitFor(() => expect(number()).not.toBe(before), {timeout: 10_000});
	};
	await answer(...'canvos', 'enter');
	for (let question = 0; question < 60 && !app.screen().includes('Which CanvOS release?'); question++)
		await answer('enter');
	await app.shows('Which CanvOS release?');
	learning.resolve();
	await app.shows('v4.9.38');
	await app.shows('From the list that comes with the program');
});
