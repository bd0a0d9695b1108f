import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {learnFacts} from '../../source/app/facts-for-settings.ts';
import {ensureCommit} from '../../source/builders/canvos/source/ensure-commit.ts';
import type {WizardFacts} from '../../source/wizard/wizard-state.ts';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';

/** What the wizard was told, in turn, but for what lies here, which comes first. */
const learned = async ({c}: Awaited<ReturnType<typeof fakeCanvos>>) => {
	const told: {facts: Partial<WizardFacts>; notes?: object}[] = [];
	await learnFacts(c, {...c, tell: (facts, notes) => told.push({facts, notes})});
	const [here, ...others] = told;
	expect(here?.facts).toMatchObject({keptFirmware: []});
	return others;
};

// In lines every answer waited seconds for releases that nothing offered.
test('what is known on this machine is told, and no source is asked', async () => {
	const canvos = await fakeCanvos();
	await ensureCommit(canvos.c);
	canvos.git('tag', 'v4.9.0');
	expect(await learned(canvos)).toEqual([
		{
			facts: expect.objectContaining({
				kubernetesVersions: {kubeadm: ['1.34.2'], k3s: ['1.33.1']},
				earthfilePeVersion: 'v4.8.10',
			}),
			notes: {version: 'From the last fetch.'},
		},
	]);
});

test('before the first fetch it is said where versions are from', async () => {
	const [only] = await learned(await fakeCanvos());
	expect(only?.facts.kubernetesVersions).toMatchObject({kubeadm: expect.arrayContaining(['1.34.2'])});
	expect(only?.notes).toEqual({version: 'From the list that comes with edge-builder.'});
});

test('versions of another release are taken back where nothing is known of the chosen one', async () => {
	const [first] = await learned(await fakeCanvos({canvosRef: 'main'}));
	expect(first?.facts).toHaveProperty('kubernetesVersions', 'unknown');
	expect(first?.notes).toMatchObject({version: 'Its versions are known once this release is fetched.'});
});

test('a rehearsal has no releases to learn of', async () => {
	expect(await learned(await fakeCanvos({builder: 'rehearsal'}))).toEqual([]);
});

// Symptom: a first edge appliance "took 12 min here", which was the time of a standard image.
test('how long builds took here is known of each kind by itself', async () => {
	const {c} = await fakeCanvos();
	const ran = (id: string, minutes: number, changes: {outcome?: string; rehearsal?: boolean; settings?: object}) => {
		const folder = join(c.workspace.runs, id);
		mkdirSync(folder, {recursive: true});
		const steps = [{id: 'provider-image', outcome: {kind: 'done'}}];
		const run = {preset: 'lab', outcome: 'passed', rehearsal: false, startedAt: 0, endedAt: minutes * 60_000, steps};
		writeFileSync(join(folder, 'run.json'), JSON.stringify({...run, ...changes}));
	};
	ran('1', 12, {settings: {edgeAppliance: false}});
	ran('2', 41, {settings: {edgeAppliance: true}});
	ran('3', 35, {settings: {edgeAppliance: true}});
	ran('4', 2, {settings: {edgeAppliance: true}, rehearsal: true});
	ran('5', 1, {settings: {edgeAppliance: true}, outcome: 'failed'});
	ran('6', 90, {});
	const told: Partial<WizardFacts>[] = [];
	await learnFacts(c, {...c, tell: facts => told.push(facts)});
	expect(told[0]?.tookMinutes?.toSorted((a, b) => b.minutes[0] - a.minutes[0])).toEqual([
		{rehearsal: false, edgeAppliance: true, minutes: [35, 41]},
		{rehearsal: false, edgeAppliance: false, minutes: [12, 12]},
		{rehearsal: true, edgeAppliance: true, minutes: [2, 2]},
	]);
});
