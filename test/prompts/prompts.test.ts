import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import type {AppActions, RunStart} from '../../source/app/actions.ts';
import {choose} from '../../source/prompts/ask-choice.ts';
import type {Asker} from '../../source/prompts/asker.ts';
import {chooseSeveral} from '../../source/prompts/choose-several.ts';
import {createAsker} from '../../source/prompts/create-asker.ts';
import {Interrupted} from '../../source/prompts/interrupted.ts';
import {runPrompts} from '../../source/prompts/run-prompts.ts';
import {eventsOfFailure, eventsToTheEnd} from '../helpers/events.ts';
import {fakeActions, fakeRun, refusing, settingsToBuild} from '../helpers/fake-actions.ts';

/** Answers what was written down beforehand; a text that is `undefined` takes what is offered. */
const scripted = (answers: readonly (string | boolean | undefined)[]) => {
	const said: string[] = [];
	const left = [...answers];
	const next = (message: string) => {
		said.push(message);
		if (left.length === 0) throw new Interrupted();
		return left.shift();
	};
	const asker: Asker = {
		say: (...lines) => void said.push(...lines),
		text: async (message, offered = '') => String(next(message) ?? offered),
		secret: async message => String(next(message) ?? ''),
		yesNo: async (message, offered) => (next(message) ?? offered) === true,
	};
	return {asker, said, left};
};

const run = async (answers: readonly (string | boolean | undefined)[], changes: Partial<AppActions> = {}) => {
	const script = scripted(answers);
	const started: RunStart[] = [];
	const actions = fakeActions({
		startRun: async start => {
			started.push(start);
			return fakeRun(eventsToTheEnd().events);
		},
		...changes,
	});
	const exitCode = await runPrompts(actions, {
		initial: 'menu',
		input: new PassThrough(),
		output: new PassThrough(),
		async follow(begin) {
			const run = await begin();
			return {exitCode: (await run.finished).exitCode, run};
		},
		replay: async id => void script.said.push(`replayed ${id}`),
		asker: script.asker,
	});
	return {...script, actions, started, exitCode, text: script.said.join('\n')};
};

test('a rehearsal is two answers away from its run', async () => {
	const {started, actions, exitCode} = await run(['new build', undefined, undefined, 'quit']);
	expect(started.map(settingsToBuild)).toMatchObject([{builder: 'rehearsal', osDistribution: 'debian'}]);
	expect(actions.calls).not.toContain('dropDraft');
	expect(exitCode).toBe(0);
});

test('every decision can be explained and gone back from', async () => {
	const {text} = await run(['new build', '?', 'edge appliance', '<', undefined]);
	expect(text).toContain('Breaks:');
	expect(text.split('What do you want to make?')).toHaveLength(3);
});

// The review waited for ever for a program that hung.
test('a check of this machine that hangs does not keep the review from asking', async () => {
	const {text, started} = await run(['new build', undefined, undefined, 'quit'], {
		hostReadiness: () => new Promise(() => undefined),
	});
	expect(text).toContain('This machine: still being checked');
	expect(started).toHaveLength(1);
}, 30_000);

test('a choice that will not build says why and is asked again', async () => {
	const {text} = await run(['new build', 'edge', 'rhel', undefined, undefined]);
	expect(text).toContain(
		'Red Hat Enterprise Linux is not possible: an edge appliance cannot be built on Red Hat Enterprise Linux',
	);
	expect(text).toContain('Kubernetes, 3 of 6');
});

test('a version that is not listed may be answered, and what is none is not taken', async () => {
	const {text, started} = await run([
		'new build',
		'edge',
		'>',
		'change',
		'kubernetes version',
		'1.33',
		'nonsense',
		'1.33.1',
		'build',
	]);
	expect(text).toContain('Not taken: "nonsense"');
	expect(text).toContain('Kubernetes version: 1.33.1 (changed)');
	expect(started.map(settingsToBuild)).toMatchObject([{k8sVersion: '1.33.1'}]);
});

test('the parts of the image are gone through and back one by one', async () => {
	const {text, started} = await run([
		...['new build', 'standard', undefined, undefined, undefined],
		...['ghcr.io/acme', undefined, '<', 'edge/ubuntu', 'UPPER', 'lab', 'build'],
	]);
	expect(text).toContain('Not taken: "UPPER"');
	expect(started.map(settingsToBuild)).toMatchObject([
		{imageRegistry: 'ghcr.io/acme', imageRepo: 'edge/ubuntu', customTag: 'lab', edgeAppliance: false},
	]);
});

test('firmware files are named by their paths; back leads to the choices again', async () => {
	const {text} = await run([
		'new build',
		'edge',
		undefined,
		undefined,
		undefined,
		'files',
		'<',
		'files',
		'/x.deb',
		'<',
		undefined,
		'/x.bfb',
	]);
	expect(text.split('Where do DOCA and the BlueField bundle come from?')).toHaveLength(3);
	expect(text).toContain('Bundle on this machine');
});

test('every setting is found by its name, emptied by "none" and brought back by "default"', async () => {
	const {text} = await run([
		...['new build', undefined, 'settings', 'CUSTOM_TAG', 'lab1'],
		...['settings', 'CUSTOM_TAG', 'default', 'settings', 'HTTP_PROXY', 'http://proxy.lan:3128'],
		...['settings', 'HTTP_PROXY', 'none', 'settings', '<', 'leave'],
	]);
	expect(text).toMatch(/Image: localhost\/debian:\S+-lab1/);
	expect(text.split('-lab1')).toHaveLength(2);
	expect(text.match(/Proxy for http: http:\/\/proxy\.lan:3128/g)).toHaveLength(1);
});

test('the answers are saved as a preset, after a name that is free', async () => {
	const {actions, started, text} = await run([
		...['new build', undefined, 'save as preset only', 'edge-lab', false, 'edge-new', undefined, 'quit'],
	]);
	expect(text).toContain('Replace preset edge-lab?');
	expect(actions.calls.join('\n')).toMatch(/savePreset edge-new: Rehearsal: edge appliance/);
	expect(started).toEqual([]);
});

test('after saving it is said which answers the preset must not hold', async () => {
	const {text, actions} = await run([
		...['new build', 'standard', '>', 'settings', 'HTTP_PROXY', 'http://me:word@proxy:3128'],
		...['save as preset only', 'edge-new', undefined, 'quit'],
	]);
	expect(actions.calls.join('\n')).toContain('savePreset edge-new');
	expect(text).toContain('Saved preset edge-new. Not in it: HTTP_PROXY. Give it in the environment.');
});

test('the review shows the command and the .arg in copyable lines', async () => {
	const {text} = await run(['new build', 'standard', '>', 'command', undefined]);
	expect(text).toContain('edge-builder build --yes BUILDER=canvos');
});

test('Ctrl-C leaves with 130 and every answer was kept before', async () => {
	const {exitCode, actions} = await run(['new build', 'edge', undefined]);
	expect(exitCode).toBe(130);
	expect(actions.calls.filter(call => call === 'saveDraft')).toHaveLength(2);
});

test('the last build is built again by Enter twice', async () => {
	const {started, exitCode, text, actions} = await run([undefined, undefined, 'quit']);
	expect(text).toContain('rehearsal, passed 2 hours ago');
	expect(actions.calls).toContain('wizardStartOf 2026-11-22T09-30-00-rehearsal');
	expect(started).toHaveLength(1);
	expect(exitCode).toBe(0);
});

test('after a failure the answers can be changed, or the same be tried again', async () => {
	const {text, actions, exitCode} = await run(
		['new build', undefined, undefined, 'change answers', 'leave', 'new build', undefined, undefined, 'retry', 'quit'],
		{startRun: async () => fakeRun(eventsOfFailure().events)},
	);
	expect(text.split('It failed. What now?')).toHaveLength(3);
	expect(actions.calls).toContain('wizardStartOf run');
	expect(exitCode).toBe(0);
});

test('a preset is deleted after a yes, and one that comes with the program not at all', async () => {
	const {text, actions} = await run(['presets', 'edge-lab', 'delete', true, 'rehearsal', 'delete', '<', '<', 'quit']);
	expect(actions.calls).toContain('deletePreset edge-lab');
	expect(text).toContain('Delete it is not possible: it comes with edge-builder');
});

test('presets are duplicated, renamed, compared, exported, and brought back after a deletion', async () => {
	const {actions, text} = await run([
		...['presets', 'edge-lab', 'duplicate', 'edge-two', 'edge-lab', 'rename', 'edge-three'],
		...['edge-lab', 'compare', 'rehearsal', 'edge-lab', 'export', undefined],
		...['edge-lab', 'delete', true, 'undo', '<', 'quit'],
	]);
	expect(actions.calls).toEqual(
		expect.arrayContaining([
			'duplicatePreset edge-lab edge-two',
			'renamePreset edge-lab edge-three',
			'comparePresets edge-lab rehearsal',
			'exportPreset edge-lab edge-lab.yaml',
			'deletePreset edge-lab',
			'restorePreset edge-lab',
		]),
	);
	expect(text).toContain('Tag: demo, then lab');
});

test('an import is saved only after its difference was told', async () => {
	const no = await run(['presets', 'import', 'lab.arg', false, '<', 'quit']);
	expect(no.text).toContain('To know: FOO is passed on');
	expect(no.actions.calls).not.toContain('saveImport lab');
	const yes = await run(['presets', 'import', 'lab.arg', undefined, '<', 'quit']);
	expect(yes.actions.calls).toContain('saveImport lab');
});

test('an import that has no name yet, or one of ours, is given another', async () => {
	const {text, actions} = await run(
		['presets', 'import', '.arg', '', 'lab', undefined, 'import', '.arg', '<', '<', 'quit'],
		{
			lookAtImport: async (from, name) =>
				name === undefined
					? {needsName: 'the preset has no name'}
					: {name, text: '', place: from, exists: false, difference: [], remarks: []},
		},
	);
	expect(text).toContain('the preset has no name');
	expect(actions.calls.filter(call => call.startsWith('saveImport'))).toEqual(['saveImport lab']);
});

test('a copy takes no name that is taken, without a question that nobody meant', async () => {
	const {text, actions} = await run([
		...['presets', 'rehearsal', 'duplicate', 'edge-lab', 'edge-two'],
		...['edge-lab', 'rename', 'edge-lab', '<', '<', 'quit'],
	]);
	expect(text).not.toContain('Replace preset');
	expect(text.split('There is a preset edge-lab already')).toHaveLength(3);
	expect(actions.calls).toContain('duplicatePreset rehearsal edge-two');
});

test('back leads out of the path of an export and the description of a preset', async () => {
	const {actions} = await run([
		...['presets', 'edge-lab', 'export', '<', '<'],
		...['new build', undefined, 'save as preset only', 'edge-new', '<', 'edge-newer', undefined, 'quit'],
	]);
	const calls = actions.calls.join('\n');
	expect(calls).not.toMatch(/exportPreset|savePreset edge-new:/);
	expect(calls).toContain('savePreset edge-newer: Rehearsal');
});

test('what is built is verified or booted, and the exit code is that of the last that ran', async () => {
	const asked: string[] = [];
	const {exitCode} = await run(['verify or', undefined, 'boot it', '<', 'help', 'quit'], {
		startPart: async ({name}, part) => {
			asked.push(`${part} ${name}`);
			return fakeRun(eventsOfFailure().events);
		},
	});
	expect(asked).toContain('smoke-test palette-edge-installer-rehearsal.iso');
	expect(exitCode).toBe(5);
});

test('help says what may be answered', async () => {
	const {text} = await run(['help', 'quit']);
	for (const word of ['? or help', '< or back', '> or review', 'none', 'default', 'all', 'Ctrl-C'])
		expect(text).toContain(word);
});

test('clean-up removes what is named by numbers', async () => {
	const asked: string[] = [];
	const {text} = await run(['clean', '1', 'quit'], {
		listCleanables: async () => [{kind: 'cache', title: 'Build cache', bytes: 2_000_000, isDear: true}],
		clean: async titles => {
			asked.push(...titles);
			return 2_000_000;
		},
	});
	expect(text).toContain('1. Build cache, 2 MB; a build has to fetch it again');
	expect(asked).toEqual(['Build cache']);
	expect(text).toContain('Gave back 2 MB.');
});

test('fixes are shown as commands and run only after a yes', async () => {
	const no = await run(['check', undefined, 'quit']);
	expect(no.text).toContain('FAILED: squashfs-tools, mksquashfs is not installed');
	expect(no.text).toContain('$ apt-get install --yes squashfs-tools');
	expect(no.actions.calls).not.toContain('applyFixes squashfs');
	const yes = await run(['check', true, 'quit']);
	expect(yes.actions.calls).toContain('applyFixes squashfs');
});

test('what goes wrong is told with what to do, and the menu comes again', async () => {
	const {text, exitCode} = await run(['past runs', 'quit'], {
		listRuns: refusing('The runs cannot be read', 'Look at build/runs.'),
	});
	expect(text).toContain('The runs cannot be read\nLook at build/runs.');
	expect(exitCode).toBe(0);
});

test('a past run is shown again, its report is named, its record deleted after a yes', async () => {
	const {text, actions} = await run([
		...['past runs', '1', 'lines', 'past runs', '1', 'report', 'past runs', '1', 'delete', true, 'quit'],
	]);
	expect(text).toContain('replayed 2026-11-22T09-30-00-rehearsal');
	expect(text).toMatch(/Report: \S+report\.html/);
	expect(actions.calls).toContain('deleteRun 2026-11-22T09-30-00-rehearsal');
});

test('two past runs are compared, the earlier one first', async () => {
	const {text, actions} = await run(['past runs', '1', 'compare', '1', 'quit']);
	expect(actions.calls).toContain('compareRuns 2026-11-21T17-02-11-edge-lab 2026-11-22T09-30-00-rehearsal');
	expect(text).toContain('  Tag: lab, then rehearsal');
	expect(text).toContain('What they made is the same.');
});

test('the console tells how to leave it', async () => {
	const {text, actions} = await run(['console', undefined, 'quit']);
	expect(text).toContain('Ctrl-] ends the machine');
	expect(actions.calls).toContain('openConsole palette-edge-installer-rehearsal.iso');
});

test('a choice is found by number, name or a word of it, and what is unclear is asked again', async () => {
	const choices = [
		{value: 'a', title: 'Kubeadm'},
		{value: 'b', title: 'Kubeadm FIPS', name: 'kubeadm-fips'},
		{value: 'c', title: 'K3s'},
	];
	const pick = (...answers: string[]) => choose(scripted(answers).asker, 'Which', choices);
	await expect(pick('3')).resolves.toBe('c');
	await expect(pick('kubeadm')).resolves.toBe('a');
	await expect(pick('KUBEADM-FIPS')).resolves.toBe('b');
	await expect(pick('fips')).resolves.toBe('b');
	await expect(pick('kube', '9', '', 'k3')).resolves.toBe('c');
	const presets = [
		{value: 'save', title: 'Save as preset'},
		{value: 'all', title: 'Settings'},
	];
	await expect(choose(scripted(['set']).asker, 'Which', presets)).resolves.toBe('all');
});

test('of a long list the beginning is read out, and the rest on demand', async () => {
	const choices = Array.from({length: 60}, (_, index) => ({value: index, title: `1.${index}.0`}));
	const {asker, said} = scripted(['1.5', 'all', '1.55.0']);
	await expect(choose(asker, 'Which', choices, {offered: 0})).resolves.toBe(55);
	expect(said.indexOf('  13. 1.12.0')).toBeGreaterThan(said.indexOf('"1.5" could be:'));
	expect(said).toContain('  and 48 more: a part of a name finds them, "all" lists them');
});

test('several things are chosen by their numbers', async () => {
	const things = ['a', 'b', 'c'].map(name => ({name, value: name}));
	await expect(chooseSeveral(scripted(['1, 3']).asker, things)).resolves.toEqual(['a', 'c']);
	await expect(chooseSeveral(scripted(['4', 'all']).asker, things)).resolves.toEqual(['a', 'b', 'c']);
	await expect(chooseSeveral(scripted(['']).asker, things)).resolves.toEqual([]);
	await expect(chooseSeveral(scripted([]).asker, things)).resolves.toEqual([]);
});

/** An asker in lines with its terminal: what is typed, what was written, which modes it was set to. */
const onTerminal = () => {
	const modes: boolean[] = [];
	const input = Object.assign(new PassThrough(), {isTTY: true, setRawMode: (raw: boolean) => modes.push(raw)});
	const output = new PassThrough();
	let written = '';
	output.on('data', (bytes: Buffer) => {
		written += bytes.toString();
	});
	return {input, modes, asker: createAsker({input, output}, {isLinear: true}), written: () => written};
};

test('in lines not one escape sequence is written, and lines typed ahead are kept', async () => {
	const {input, asker, written} = onTerminal();
	input.write('\nperhaps\ny\n\u001B[Aarrow\n');
	await expect(asker.text('Name', 'offered')).resolves.toBe('offered');
	await expect(asker.yesNo('Sure?', false)).resolves.toBe(true);
	await expect(asker.text('Sequences are no text')).resolves.toBe('arrow');
	expect(written()).toMatch(/^[ -~\n]+$/);
	const gone = asker.text('Gone');
	input.end();
	await expect(gone).rejects.toThrow(Interrupted);
	await expect(asker.text('Still gone')).rejects.toThrow(Interrupted);
});

test('a secret is typed without an echo, with Backspace and Ctrl-U, and Ctrl-C leaves', async () => {
	const {input, modes, asker, written} = onTerminal();
	input.write('wrong\u0015geheim\u007Fm\r');
	await expect(asker.secret('Token')).resolves.toBe('geheim');
	expect(modes).toEqual([true, false]);
	expect(written()).not.toContain('geheim');
	const left = asker.secret('Token');
	input.write('half\u0003');
	await expect(left).rejects.toThrow(Interrupted);
	expect(modes).toEqual([true, false, true, false]);
});

test('a question that is taken back leaves the terminal to others', async () => {
	const input = new PassThrough();
	const stop = new AbortController();
	const asker = createAsker({input, output: new PassThrough(), signal: stop.signal}, {isLinear: true});
	const answer = asker.text('Name');
	stop.abort();
	await expect(answer).rejects.toThrow(Interrupted);
	expect(input.isPaused()).toBe(true);
});

test('elsewhere Inquirer asks', async () => {
	const input = new PassThrough();
	const output = new PassThrough();
	let written = '';
	output.on('data', (bytes: Buffer) => {
		written += bytes.toString();
	});
	const asker = createAsker({input, output}, {isLinear: false});
	const answer = asker.text('Name of the preset', 'edge');
	await new Promise(resolve => setImmediate(resolve));
	input.write('lab\r');
	await expect(answer).resolves.toBe('lab');
	expect(written).toContain('Name of the preset');
});
