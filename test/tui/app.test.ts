import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import type {AppActions, AppEnd} from '../../source/app/actions.ts';
import {type AppOptions, runApp} from '../../source/tui/run-app.tsx';
import {eventsDuringBuild, eventsToTheEnd} from '../helpers/events.ts';
import {fakeActions, fakeRun, refusing} from '../helpers/fake-actions.ts';
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
		colour?: boolean;
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
	await app.shows('Open a QEMU console');
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

test('two Enters run the preset that ran last, even in one piece', async () => {
	const app = open();
	await app.shows('Run a saved preset');
	app.press('enter', 'enter');
	await app.shows('Passed in');
	expect(app.actions.calls).toContain('startRun edge-lab');
});

test('a run that cannot begin is told with what to do', async () => {
	const startRun = refusing('Another run holds this workspace', 'Wait for it, or use --workspace.');
	const app = open('menu', {actions: fakeActions({startRun})});
	await app.shows('Run a saved preset');
	await follow(
		app,
		['enter', 'edge-lab'],
		['enter', 'Another run holds this workspace. Wait for it, or use --workspace.'],
	);
});

test('a preset is deleted only after a yes', async () => {
	const app = open();
	await app.shows('Run a saved preset');
	await follow(app, ['enter', 'edge-lab'], ['d', 'Delete preset edge-lab?']);
	app.press('n');
	await app.hides('Delete preset');
	expect(app.actions.calls).not.toContain('deletePreset edge-lab');
	app.press('d');
	app.press('y');
	await app.shows('Deleted preset edge-lab.');
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
		await app.shows('Open a QEMU console');
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
		await app.shows('quiet for 1m 01s');
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
		app.press('6', 'z');
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
	await follow(app, ['5', 'edge-lab'], ['down', 'The kernel module could not be compiled'], ['enter', 'Failed after']);
	await app.shows('looking back');
	app.press('enter');
	await app.shows('edge-lab');
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
	expect(app.actions.calls.filter(call => call === 'doctor')).toHaveLength(2);
});

test('a terminal that is gone takes the screens down', async () => {
	const app = open();
	await app.shows('New build');
	app.close();
	await expect(app.ended).resolves.toMatchObject({exitCode: 130});
	expect(app.isAlternate()).toBe(false);
});
