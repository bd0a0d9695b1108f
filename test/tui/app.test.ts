import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {AppActions, AppEnd} from '../../source/app/actions.ts';
import {type AppOptions, runApp} from '../../source/tui/run-app.tsx';
import {eventsDuringBuild, eventsOfFailure, eventsToTheEnd} from '../helpers/events.ts';
import {fakeActions, fakeRun, refusing, storeOf} from '../helpers/fake-actions.ts';
import {follow} from '../helpers/follow.ts';
import {type FakeTerminal, openTerminal} from '../helpers/terminal.ts';

type Opened = FakeTerminal & {actions: AppActions & {calls: string[]}; ended: Promise<AppEnd>; close(): void};

const opened: Opened[] = [];
const complaints: unknown[][] = [];

beforeEach(() => {
	vi.spyOn(console, 'error').mockImplementation((...words) => void complaints.push(words));
});

afterEach(async () => {
	for (const {close, ended} of opened.splice(0)) {
		close();
		await ended;
	}
	vi.restoreAllMocks();
	// React and Ink warn through console.error; a warning is a fault of ours.
	expect(complaints.splice(0)).toEqual([]);
});

const open = (
	initial: AppOptions['initial'] = 'menu',
	{
		actions = fakeActions(),
		columns = 80,
		rows = 24,
		...options
	}: {
		actions?: Opened['actions'];
		columns?: number;
		rows?: number;
		colour?: AppOptions['colour'];
		unicode?: boolean;
	} = {},
): Opened => {
	const terminal = openTerminal(columns, rows);
	const stop = new AbortController();
	const ended = runApp(actions, {colour: false, unicode: true, ...options, initial, signal: stop.signal, ...terminal});
	const app = {...terminal, actions, ended, close: () => stop.abort()};
	opened.push(app);
	return app;
};

test('the menu tells what can be done, and q leaves it for the ordinary screen', async () => {
	const app = open();
	await app.shows('QEMU console');
	expect(app.isAlternate()).toBe(true);
	app.press('q');
	await expect(app.ended).resolves.toMatchObject({exitCode: 0});
	expect(app.isAlternate()).toBe(false);
});

// A SIGTERM within the first half second was lost: the screens came up and stayed.
test('who was stopped before the first screen shows none', async () => {
	const terminal = openTerminal(80, 24);
	const options = {initial: 'menu', colour: false, unicode: true, signal: AbortSignal.abort(), ...terminal} as const;
	await expect(runApp(fakeActions(), options)).resolves.toEqual({exitCode: 130});
	expect(terminal.isAlternate()).toBe(false);
});

test('two Enters build again what was built last, even in one piece', async () => {
	const app = open();
	await app.shows('Build again');
	app.press('enter', 'enter');
	await app.shows('Passed in');
	expect(app.actions.calls).toContain('wizardStartOf 2026-11-22T09-30-00-rehearsal');
	expect(app.actions.calls).toContain('startRun answers');
});

test('home tells what there is, and what the cursor is on', async () => {
	const app = open('menu', {columns: 120, rows: 30});
	for (const text of [
		'81 GB free',
		'1 ISO',
		'31 GB can go',
		'✔ nothing to fix',
		'✔ 84 checks   ! 1 warning   ✔ booted',
	])
		await app.shows(text);
	await app.shows('Tag: as-before instead of rehearsal');
	app.press('down');
	await app.shows('A few decisions, each with a default');
});

test('home tells what goes on in another terminal', async () => {
	const since = fakeActions().now() - 720_000;
	const goingOn = async () => ({
		runId: 'x',
		command: 'build',
		since,
		preset: 'lab',
		step: 'Building provider image',
	});
	const app = open('menu', {actions: fakeActions({goingOn})});
	await app.shows('lab: Building provider image, in another terminal, for 12m 00s');
	await app.shows('one going on');
});

test('where nothing was built there is nothing to build again', async () => {
	const app = open('menu', {actions: fakeActions({listRuns: async () => []})});
	await app.hides('Build again');
	await app.shows('❯ 1 New build');
});

describe('the first start', () => {
	const missing = fakeActions({missingForReal: async () => 'Docker does not answer'});

	test('shows three cards with what each is, and what is missing for two of them', async () => {
		const app = open('first-start', {actions: missing});
		for (const text of ['Rehearse', 'without Docker or an account', 'Edge appliance', 'Standard image'])
			await app.shows(text);
		await app.shows('Docker does not answer: rehearse first.');
	});

	test('rehearses after Enter, Enter', async () => {
		const app = open('first-start');
		await app.shows('Rehearse');
		app.press('enter', 'enter');
		await app.shows('Passed in');
		expect(app.actions.calls).toContain('startRun answers');
	});

	test('does not offer a rehearsal where this system cannot be rehearsed, and says why', async () => {
		const reason = 'a rehearsal needs Debian or Ubuntu, and this machine has fedora';
		const actions = fakeActions({cannotRehearse: reason, missingForReal: async () => 'Docker does not answer'});
		const app = open('first-start', {actions, columns: 120});
		await app.shows(`✖ Not here: ${reason}`);
		await app.shows('❯ 2 Edge appliance');
		await app.shows('Docker does not answer.');
		await follow(app, ['1', `✖ Not here: ${reason}\n`], ['enter', 'Which system does the image have?']);
	});

	test('goes on with the decisions for a real build, and comes back', async () => {
		const app = open('first-start');
		await app.shows('Rehearse');
		await follow(app, [['down', 'enter'], 'Which system does the image have?']);
		await follow(app, ['escape', 'What do you want to make?'], ['escape', 'Makes an edge image']);
	});

	test('leads to everything else', async () => {
		const app = open('first-start');
		await app.shows('Rehearse');
		await follow(app, ['4', 'Check this machine'], ['9', 'What the entries do']);
		app.press('escape');
		await app.shows('Check this machine');
	});
});

test('a run that cannot begin is told with what to do', async () => {
	const startRun = refusing('Another run holds this workspace', 'Wait for it, or use --workspace.');
	const app = open('menu', {actions: fakeActions({startRun})});
	await app.shows('Presets');
	await follow(app, ['3', 'edge-lab'], ['b', 'Another run holds this workspace. Wait for it, or use --workspace.']);
});

describe('presets', () => {
	const presets = async (changes: Partial<AppActions> = {}) => {
		const app = open('menu', {actions: fakeActions(changes)});
		await app.shows('Presets');
		await follow(app, ['3', 'Edge appliance for the lab.']);
		return app;
	};

	test('are looked at by Enter, built at once by b, and lead back', async () => {
		const app = await presets();
		await follow(app, ['enter', 'Build this?'], ['escape', 'Edge appliance for the lab.'], ['b', 'Passed in']);
		expect(app.actions.calls).toContain('startRun edge-lab');
	});

	test('that were deleted come back; those of the program stay', async () => {
		const app = await presets();
		await follow(app, ['d', 'Deleted preset edge-lab; u brings it back.'], ['u', 'Preset edge-lab is back.']);
		expect(app.actions.calls).toContain('restorePreset edge-lab');
		await follow(app, ['down', 'A complete run'], ['d', 'rehearsal comes with edge-builder and cannot be deleted.']);
		expect(app.actions.calls).not.toContain('deletePreset rehearsal');
	});

	test('are copied, renamed and exported under a name that is typed', async () => {
		const app = await presets();
		await follow(app, ['s', 'Name of the copy'], [['lab-2', 'enter'], 'Saved preset lab-2.']);
		await follow(app, ['r', 'Its new name'], [['x', 'enter'], 'It is called edge-labx now.']);
		await follow(app, ['x', 'Path of the file'], ['enter', 'Wrote /home/ada/edge/edge-lab.yaml.']);
		expect(app.actions.calls).toContain('duplicatePreset edge-lab lab-2');
		expect(app.actions.calls).toContain('renamePreset edge-lab edge-labx');
	});

	test('are named by what was typed, also while a path is completed', async () => {
		const completing = Promise.withResolvers<Awaited<ReturnType<AppActions['completePath']>>>();
		const app = await presets({completePath: () => completing.promise});
		await follow(app, ['i', 'Path or https address'], [[...'la', 'tab', ...'st.arg'], '❯ last.arg']);
		completing.resolve({text: 'lab.arg', candidates: []});
		await follow(app, ['s', '❯ last.args']);
	});

	test('are imported only after what they change was seen', async () => {
		const app = await presets();
		await follow(app, ['i', 'Path or https address'], [['x.arg', 'enter'], 'Save it as the preset lab?']);
		for (const text of ['Tag                         demo → lab', 'FOO is passed on']) await app.shows(text);
		expect(app.actions.calls).not.toContain('saveImport lab');
		await follow(app, ['y', 'Saved preset lab.']);
		expect(app.actions.calls).toContain('saveImport lab');
	});

	test('are compared by c on one and c on the other', async () => {
		const app = await presets();
		await follow(app, ['c', 'edge-lab is compared with the next one'], ['down', 'A complete run']);
		await follow(app, ['c', 'edge-lab and rehearsal'], [[], 'demo → lab'], ['escape', 'A complete run']);
	});
});

test('? shows the keys of a screen and any key hides them', async () => {
	const app = open();
	await app.shows('New build');
	app.press('?');
	await app.shows('Open the entry with this number');
	app.press('x');
	await app.hides('Open the entry with this number');
});

test('Ctrl-C leaves the menu as cancelled', async () => {
	const app = open();
	await app.shows('New build');
	app.press('ctrl+c');
	await expect(app.ended).resolves.toMatchObject({exitCode: 130});
});

describe('a build of another terminal', () => {
	const watched = () => ({...storeOf(eventsDuringBuild().events), isGoingOn: () => true});

	test('is left running by Enter at the question, and by a second Ctrl-C', async () => {
		for (const keys of [
			['q', 'enter'],
			['ctrl+c', 'ctrl+c'],
		]) {
			const app = open({watched: watched()});
			await app.shows('in another terminal');
			app.press(...keys);
			await expect(app.ended).resolves.toMatchObject({exitCode: 0});
			expect(app.actions.calls).not.toContainEqual(expect.stringContaining('stopRun'));
		}
	});

	test('is stopped by y, and one that is not ours says so', async () => {
		const app = open({watched: watched()});
		await app.shows('in another terminal');
		await follow(app, ['q', 'Leave this view?'], ['y', 'Stopping']);
		expect(app.actions.calls).toContainEqual(expect.stringContaining('stopRun'));
		const stopRun = refusing('Run x belongs to another user', 'Ask them, or root, to stop it.');
		const others = open({watched: watched()}, {actions: fakeActions({stopRun})});
		await others.shows('in another terminal');
		await follow(others, ['q', 'Leave this view?'], ['y', 'Run x belongs to another user.'], ['n', 'Running']);
		await others.hides('Leave this view?');
	});
});

describe('a running build', () => {
	test('stops only after a yes', async () => {
		const run = fakeRun(eventsDuringBuild().events);
		const app = open({run});
		await app.shows('Running');
		app.press('ctrl+c');
		await app.shows('Stop the build?');
		app.press('n');
		await app.hides('Stop the build?');
		expect(run.cancels()).toBe(0);
		await follow(app, ['q', 'Stop the build?'], ['y', 'Stopping']);
		expect(run.cancels()).toBe(1);
		app.press('ctrl+c');
		await vi.waitFor(() => expect(run.cancels()).toBe(2));
	});

	test('is stopped by a second Ctrl-C without waiting for an answer', async () => {
		const run = fakeRun(eventsDuringBuild().events);
		const app = open({run});
		await app.shows('Running');
		app.press('ctrl+c', 'ctrl+c');
		await app.shows('Stopping');
		expect(run.cancels()).toBe(1);
	});

	test('keeps going by Enter at the question, and offers to go on in plain lines', async () => {
		const run = fakeRun(eventsDuringBuild().events);
		const app = open({run});
		await app.shows('Running');
		await follow(app, ['q', '❯ n  Keep going']);
		app.press('enter');
		await app.hides('Stop the build?');
		await follow(app, ['q', 'Stop the build?']);
		app.press('d');
		await vi.waitFor(() => expect(app.actions.calls).toContain('tellInLines'));
		await app.hides('Stop the build?');
		expect(run.cancels()).toBe(0);
	});

	test('that ends while it is asked about is not asked about any more', async () => {
		const list = eventsDuringBuild();
		const run = fakeRun(list.events);
		const app = open({run});
		await app.shows('Running');
		app.press('q');
		await app.shows('Stop the build?');
		run.add({seq: 999, at: list.events.at(-1)?.at ?? 0, type: 'run-finished', outcome: 'passed'});
		await app.shows('Passed');
		await app.hides('Stop the build?');
	});

	test('shows its end until Enter goes back to the menu, and its exit code is the program’s', async () => {
		const app = open({run: fakeRun(eventsToTheEnd().events)});
		await app.shows('Passed in');
		app.press('enter');
		await app.shows('QEMU console');
		app.press('q');
		await expect(app.ended).resolves.toMatchObject({exitCode: 0, run: expect.anything()});
	});

	test('leaves by itself at its end where that was asked for', async () => {
		const app = open({run: fakeRun(eventsToTheEnd().events), leavesAtEnd: true});
		await expect(app.ended).resolves.toMatchObject({exitCode: 0});
	});

	test('tells how long a step has been silent', async () => {
		const list = eventsDuringBuild();
		const run = fakeRun(list.events);
		const app = open({run});
		await app.shows('7 lines');
		list.wait(61_000).add({type: 'host', cpu: 1, memory: 0.5, disks: []});
		const silent = list.events.at(-1);
		if (silent) run.add(silent);
		await app.shows('quiet for 1m 02s');
		list.log('provider-image', 'on it goes');
		const heard = list.events.at(-1);
		if (heard) run.add(heard);
		await app.shows('8 lines');
	});

	test('is drawn anew for every size of the terminal, never larger than it', async () => {
		const app = open({run: fakeRun(eventsDuringBuild().events)}, {columns: 120, rows: 40});
		await app.shows('This machine');
		app.resize(60, 20);
		await app.hides('This machine');
		await app.shows('Building provider image');
		app.resize(80, 24);
		await app.shows('1 Steps');
		expect(app.rows().at(-1)).toContain('Tab pane');
		expect(app.rows().at(0)).toContain('REHEARSAL');
	});

	test('shows what the guest writes on its screen', async () => {
		const run = fakeRun(eventsToTheEnd().events);
		const app = open({run}, {columns: 120, rows: 40});
		await app.shows('Passed in');
		app.press('7', 'z');
		await app.shows('Welcome to the REHEARSAL');
		expect(app.screen()).not.toContain('GNU GRUB');
	});
});

test('without colour no colour is written', async () => {
	const app = open({run: fakeRun(eventsDuringBuild().events)}, {colour: false});
	await app.shows('Running');
	expect(app.written()).not.toMatch(/\u001b\[(?:3|4|9)\d(?:;\d+)*m/);
});

test('where only ASCII can be shown nothing else is written', async () => {
	const app = open({run: fakeRun(eventsDuringBuild().events)}, {unicode: false});
	await app.shows('Running');
	expect(app.screen()).toMatch(/^[ -~\n]+$/);
});

test('past runs open as their dashboard was, and lead back', async () => {
	const app = open();
	await app.shows('Past runs');
	await follow(app, ['4', 'edge-lab'], ['down', 'The kernel module could not be compiled'], ['enter', 'Failed after']);
	await app.shows('looking back');
	await follow(app, ['?', 'Back to past runs'], ['escape', 'Enter back'], ['enter', 'Past runs']);
	await follow(app, ['enter', 'looking back'], ['escape', 'Past runs'], [[], 'edge-lab']);
});

test('the record of a run tells where its report is, is used again, and goes only after a yes', async () => {
	const app = open();
	await app.shows('Past runs');
	await follow(app, ['4', 'edge-lab'], ['p', '/2026-11-22T09-30-00-rehearsal/report.html']);
	await follow(app, ['d', 'Delete the record of rehearsal?'], ['y', 'Deleted the record']);
	expect(app.actions.calls).toContain('deleteRun 2026-11-22T09-30-00-rehearsal');
	await follow(app, ['down', 'The kernel module'], ['e', 'Build this?'], ['escape', 'Past runs']);
	expect(app.actions.calls).toContain('wizardStartOf 2026-11-21T17-02-11-edge-lab');
	await follow(app, ['a', 'Passed in']);
	// The cursor is where it was.
	expect(app.actions.calls).toContain('runAgain 2026-11-21T17-02-11-edge-lab');
});

test('a secret that a preset asks for is not shown, and no other field brings it back', async () => {
	const told: string[] = [];
	const actions = fakeActions({
		async startRun(_, ask) {
			told.push(await ask('ubuntuProKey'));
			throw new Error('It is refused');
		},
	});
	const app = open('menu', {actions});
	await app.shows('Presets');
	await follow(app, ['3', 'edge-lab'], ['b', 'Which Ubuntu Pro token?']);
	await follow(app, [['T', 'o', 'k', '1'], '****'], ['enter', 'It is refused']);
	expect(told).toEqual(['Tok1']);
	await follow(app, ['s', 'Name of the copy'], [['up', 'x'], '❯ x']);
	expect(app.screen()).not.toContain('Tok1');
});

test('two past runs are compared, the earlier one first, by c on one and c on the other', async () => {
	const app = open();
	await app.shows('Past runs');
	await follow(app, ['4', 'edge-lab'], ['c', 'is compared with the next one'], ['down', 'The kernel module']);
	await follow(app, ['c', 'What differs between two runs'], [[], 'lab → rehearsal'], ['escape', 'The kernel module']);
	expect(app.actions.calls).toContain('compareRuns 2026-11-21T17-02-11-edge-lab 2026-11-22T09-30-00-rehearsal');
	await follow(app, ['?', 'Compare it with another one'], [[], 'Open its report in the browser']);
});

test('a report that cannot be opened tells why, and where it is', async () => {
	const app = open();
	await app.shows('Past runs');
	await follow(app, ['4', 'edge-lab'], ['p', '! There is no display here']);
	expect(app.actions.calls).toContain('openReport 2026-11-22T09-30-00-rehearsal');
});

test('an ISO is verified, or booted, as a run', async () => {
	const app = open();
	await app.shows('Verify or smoke-test an ISO');
	await follow(app, ['6', 'Last build of it'], ['b', 'Passed in']);
	expect(app.actions.calls).toContain('startPart smoke-test palette-edge-installer-rehearsal.iso');
});

test('only what is chosen is removed, and only after a yes', async () => {
	const app = open();
	await app.shows('Clean up');
	await follow(app, ['8', 'Build cache'], ['enter', 'Space chooses'], ['a', '28 GB chosen of 31 GB']);
	await follow(app, ['enter', 'Remove 1 thing (28 GB)?'], ['y', 'Removed; 28 GB given back.']);
	expect(app.actions.calls).toContain('clean Build cache: /home/ada/edge/build/cache');
});

describe('a build that failed', () => {
	const failed = () => open({run: fakeRun(eventsOfFailure().events)}, {columns: 120, rows: 40});

	test('is tried again by one key', async () => {
		const app = failed();
		await app.shows('r retry');
		app.press('r');
		await app.shows('Passed in');
	});

	test('leads to its answers, with why it failed', async () => {
		const app = failed();
		await app.shows('e change answers');
		await follow(app, ['e', 'Build this?'], [[], /failed: /]);
		expect(app.actions.calls).toContain('wizardStartOf 2026-11-22T09-30-00-rehearsal');
	});

	test('marks the answers that its failure names, by a word and a mark, until they are changed', async () => {
		const {events} = eventsOfFailure();
		const said = {message: 'It does not compile', hint: 'Choose another K8S_VERSION, or change --custom-tag.'};
		const told = events.map(event =>
			event.type === 'step-finished' && event.outcome.kind === 'failed'
				? {...event, outcome: {...event.outcome, failure: {...event.outcome.failure, ...said}}}
				: event,
		);
		const app = open({run: fakeRun(told)}, {columns: 100, rows: 40});
		await app.shows('e change answers');
		await follow(app, ['e', 'Build this?']);
		await app.shows(/❯ ! Kubernetes version .* +named by the failure/);
		await app.shows(/ {2}! Tag +as-before +named by the failure/);
		expect(app.screen().match(/named by the failure/g)).toHaveLength(2);
		await app.shows('! The failure names this setting.');
		await app.shows('Needs  4 GB');
		app.resize(60, 20);
		await app.shows(/❯ ! Kubernetes version .* in the failure/);
		app.resize(100, 40);
		await follow(app, ['6', '❯ Registry'], [['enter', 'enter', '2', 'enter'], /Tag +as-before2/]);
		expect(app.screen()).not.toMatch(/as-before2 +named/);
	});

	test('shows the log, and the checks of this machine, and is there again afterwards', async () => {
		const app = failed();
		await app.shows('m check machine');
		await follow(app, ['m', 'mksquashfs is not installed'], ['escape', 'm check machine'], ['l', /┏━ 2 Log/]);
	});
});

test('the console gets the terminal and gives it back', async () => {
	const opening = Promise.withResolvers<void>();
	const openConsole = () => opening.promise.then(() => ({message: 'The machine powered off.'}));
	const app = open('console', {actions: fakeActions({openConsole})});
	await app.shows('Ctrl-] ends the machine');
	app.press('enter');
	await vi.waitFor(() => expect(app.isAlternate()).toBe(false));
	opening.resolve();
	await app.shows('The machine powered off.');
	expect(app.isAlternate()).toBe(true);
});

test('checks come with the worst first, and a fix is shown and asked about before it runs', async () => {
	const app = open('doctor');
	await app.shows('1 to fix');
	await app.shows('mksquashfs is not installed');
	app.press('f');
	await app.shows('Run this on this machine?');
	await app.shows('$ apt-get install --yes squashfs-tools');
	expect(app.actions.calls).not.toContain('applyFixes squashfs');
	app.press('y');
	await app.shows('checking again');
	expect(app.actions.calls).toContain('applyFixes squashfs');
	// It asks after it is drawn.
	await vi.waitFor(() => expect(app.actions.calls.filter(call => call === 'doctor')).toHaveLength(2));
});

test('a terminal that is gone takes the screens down', async () => {
	const app = open();
	await app.shows('New build');
	app.close();
	await expect(app.ended).resolves.toMatchObject({exitCode: 130});
	expect(app.isAlternate()).toBe(false);
});
