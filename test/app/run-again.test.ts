import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {goingOnIn} from '../../source/app/home-going-on.ts';
import type {Invocation} from '../../source/app/invocation.ts';
import {deleteRun, listRuns} from '../../source/app/past-runs.ts';
import {askedForIn} from '../../source/app/run-again.ts';
import {lockWorkspace} from '../../source/host/workspace-lock.ts';
import {workspaceAt, workspaceLock} from '../../source/pipeline/workspace.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {recordRun} from '../helpers/recorded-run.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {debianMachine} from '../settings/settings-of.ts';

const recorded = (settings: Partial<Settings>, preset = 'rehearsal') => {
	const root = temporaryFolder();
	const {id} = recordRun(root, {preset, settings, machine: debianMachine});
	const invocation = {host: fakeHost(), workspace: workspaceAt(root), layers: [], env: {}} as unknown as Invocation;
	return {root, id, invocation, asked: () => askedForIn(invocation, debianMachine, id)};
};

test('a run is asked for again by its preset and what differed from it', async () => {
	const {asked} = recorded({customTag: 'lab', k8sVersion: '1.33.6'});
	expect(await asked()).toMatchObject({preset: 'rehearsal', answers: {customTag: 'lab', k8sVersion: '1.33.6'}});
	expect(Object.keys((await asked()).answers)).toHaveLength(2);
});

test('what follows from an answer is no answer of its own', async () => {
	const {answers} = await recorded({k8sDistribution: 'k3s'}).asked();
	expect(answers.k8sDistribution).toBe('k3s');
	expect(answers).not.toHaveProperty('imageRepo');
});

test('secrets are no part of a record, and are not made up from their masks', async () => {
	const {answers} = await recorded({ubuntuProKey: 'C123', httpsProxy: 'http://me:word@proxy:1'}).asked();
	expect(answers).not.toHaveProperty('ubuntuProKey');
	expect(JSON.stringify(answers)).not.toContain('***');
});

test('without its preset what differs from the defaults is an answer', async () => {
	const {preset, answers} = await recorded({customTag: 'lab'}, 'gone').asked();
	expect(preset).toBeUndefined();
	expect(answers).toEqual({customTag: 'lab'});
});

test('a list of runs tells what each was for, and what it made and found', async () => {
	const {invocation} = recorded({});
	expect(await listRuns(invocation)).toMatchObject([
		{kind: 'build', outcome: 'passed', booted: true, isoName: 'palette-edge-installer-rehearsal.iso'},
	]);
});

test('what another process does is told with its step, and its record is not deleted', async () => {
	const {root, id, invocation} = recorded({});
	expect(await goingOnIn(invocation)).toBeUndefined();
	const file = workspaceLock(workspaceAt(root));
	const lock = await lockWorkspace(file, {runId: id, command: 'edge-builder build', now: 1000});
	// Our own runs are on our own screen.
	expect(await goingOnIn(invocation)).toBeUndefined();
	const holder = {pid: process.pid + 1, runId: id, command: 'edge-builder build', since: 1000};
	writeFileSync(file, JSON.stringify(holder));
	expect(await goingOnIn(invocation)).toEqual({
		runId: id,
		command: 'edge-builder build',
		since: 1000,
		preset: 'rehearsal',
		step: 'Writing the profile',
	});
	await expect(deleteRun(invocation, id)).rejects.toThrow(`Run ${id} goes on`);
	await lock.release();
	await deleteRun(invocation, id);
	expect(await listRuns(invocation)).toEqual([]);
});

test('a record that tells nothing says so', async () => {
	const {invocation} = recorded({});
	mkdirSync(join(invocation.workspace.runs, 'empty'));
	await expect(askedForIn(invocation, debianMachine, 'empty')).rejects.toThrow('does not tell what it was asked for');
});
