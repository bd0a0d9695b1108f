import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import type {AppActions, RunStart} from '../../source/app/actions.ts';
import {choose} from '../../source/prompts/ask-choice.ts';
import {type Asker, createAsker, Interrupted} from '../../source/prompts/asker.ts';
import {runPrompts} from '../../source/prompts/run-prompts.ts';
import {fakeActions, refusing, settingsToBuild} from '../helpers/fake-actions.ts';

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
	const actions = fakeActions(changes);
	const started: RunStart[] = [];
	const exitCode = await runPrompts(actions, {
		initial: 'menu',
		dumb: false,
		input: new PassThrough(),
		output: new PassThrough(),
		runPlainly: async start => {
			started.push(start);
			return 0;
		},
		replayPlainly: async id => void script.said.push(`replayed ${id}`),
		asker: script.asker,
	});
	return {...script, actions, started, exitCode, text: script.said.join('\n')};
};

test('taking what is offered at every question builds the rehearsal', async () => {
	const offered = Array.from({length: 11}, () => undefined);
	const {started, actions, exitCode} = await run(['new build', ...offered, 'build now', 'quit']);
	expect(started.map(settingsToBuild)).toMatchObject([{builder: 'rehearsal', osDistribution: 'debian'}]);
	expect(actions.calls).not.toContain('dropDraft');
	expect(exitCode).toBe(0);
});

test('every question can be explained and gone back from', async () => {
	const {text} = await run(['2', undefined, '?', '<', undefined]);
	expect(text).toContain('Breaks:');
	expect(text.split('How much do you want to decide?')).toHaveLength(3);
});

test('a choice that will not build says why and is asked again', async () => {
	const {text} = await run(['2', undefined, undefined, 'ubuntu', undefined]);
	expect(text).toContain('Ubuntu is not possible: a rehearsal on this machine is debian, not ubuntu');
	expect(text).toContain('Distribution and version (4 of');
});

test('an answer is changed from the review, and the answers are saved as a preset', async () => {
	const offered = Array.from({length: 11}, () => undefined);
	const {actions, started, text} = await run([
		'2',
		...offered,
		'change',
		'CUSTOM_TAG',
		'lab1',
		'save as preset only',
		'edge-lab',
		false,
		'edge-new',
		undefined,
		'quit',
	]);
	expect(text).toMatch(/Image: localhost\/debian:\S+-lab1/);
	expect(text).toContain('Replace preset edge-lab?');
	expect(actions.calls.join('\n')).toMatch(/savePreset edge-new: Rehearsal: edge appliance/);
	expect(started).toEqual([]);
});

test('Ctrl-C leaves with 130 and every answer was kept before', async () => {
	const {exitCode, actions} = await run(['2', undefined, undefined]);
	expect(exitCode).toBe(130);
	expect(actions.calls.filter(call => call === 'saveDraft')).toHaveLength(2);
});

test('a saved preset is run by its name', async () => {
	const {started, exitCode} = await run(['run a saved preset', 'edge-lab', 'quit']);
	expect(started).toEqual([{preset: 'edge-lab'}]);
	expect(exitCode).toBe(0);
});

test('fixes are shown as commands and run only after a yes', async () => {
	const no = await run(['4', undefined, 'quit']);
	expect(no.text).toContain('FAILED: squashfs-tools, mksquashfs is not installed');
	expect(no.text).toContain('$ apt-get install --yes squashfs-tools');
	expect(no.actions.calls).not.toContain('applyFixes squashfs');
	const yes = await run(['4', true, 'quit']);
	expect(yes.actions.calls).toContain('applyFixes squashfs');
});

test('what goes wrong is told with what to do, and the menu comes again', async () => {
	const {text, exitCode} = await run(['past runs', 'quit'], {
		listRuns: refusing('The runs cannot be read', 'Look at build/runs.'),
	});
	expect(text).toContain('The runs cannot be read\nLook at build/runs.');
	expect(exitCode).toBe(0);
});

test('a past run is replayed, the console tells how to leave it', async () => {
	const {text, actions} = await run(['5', '1', '3', undefined, 'quit']);
	expect(text).toContain('replayed 2026-11-22T09-30-00-rehearsal');
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
});

test('a dumb terminal gets bare lines without one escape sequence', async () => {
	const input = new PassThrough();
	const output = new PassThrough();
	let written = '';
	output.on('data', (bytes: Buffer) => {
		written += bytes.toString();
	});
	const asker = createAsker({input, output}, {dumb: true});
	const answer = asker.text('Name', 'offered');
	input.write('\n');
	await expect(answer).resolves.toBe('offered');
	const second = asker.yesNo('Sure?', false);
	input.write('perhaps\n');
	setImmediate(() => input.write('y\n'));
	await expect(second).resolves.toBe(true);
	expect(written).toMatch(/^[ -~\n]+$/);
	const third = asker.text('Gone');
	input.end();
	await expect(third).rejects.toThrow(Interrupted);
});

test('on other terminals Inquirer asks', async () => {
	const input = new PassThrough();
	const output = new PassThrough();
	let written = '';
	output.on('data', (bytes: Buffer) => {
		written += bytes.toString();
	});
	const asker = createAsker({input, output}, {dumb: false});
	const answer = asker.text('Name of the preset', 'edge');
	await new Promise(resolve => setImmediate(resolve));
	input.write('lab\r');
	await expect(answer).resolves.toBe('lab');
	expect(written).toContain('Name of the preset');
});
