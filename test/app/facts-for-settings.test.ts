import {renameSync} from 'node:fs';
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

test('what is known is told at once, and newer releases when the source has answered', async () => {
	const canvos = await fakeCanvos();
	await ensureCommit(canvos.c);
	canvos.git('tag', 'v4.9.0');
	const [first, last] = await learned(canvos);
	expect(first).toEqual({
		facts: expect.objectContaining({
			canvosReleases: ['v4.8.10'],
			kubernetesVersions: {kubeadm: ['1.34.2'], k3s: ['1.33.1']},
			earthfilePeVersion: 'v4.8.10',
		}),
		notes: {canvosRef: 'Asking the source for newer releases…', version: 'From the last fetch.'},
	});
	expect(last).toEqual({facts: {canvosReleases: ['v4.9.0', 'v4.8.10']}, notes: {canvosRef: undefined}});
});

test('without network it is said where releases and versions are from', async () => {
	const canvos = await fakeCanvos();
	renameSync(canvos.clone, join(canvos.root, 'gone'));
	const [first, last] = await learned(canvos);
	expect(first?.facts.canvosReleases).toContain('v4.10.0');
	expect(first?.facts.kubernetesVersions).toMatchObject({kubeadm: expect.arrayContaining(['1.34.2'])});
	expect(first?.notes).toMatchObject({version: 'From the list that comes with edge-builder.'});
	expect(last?.notes).toMatchObject({
		canvosRef: expect.stringMatching(/^From the list that comes with edge-builder\. .+\.$/),
	});
});

test('versions of another release are taken back where nothing is known of the chosen one', async () => {
	const [first] = await learned(await fakeCanvos({canvosRef: 'main'}));
	expect(first?.facts).toHaveProperty('kubernetesVersions', 'unknown');
	expect(first?.notes).toMatchObject({version: 'Its versions are known once this release is fetched.'});
});

test('a rehearsal has no releases to learn of', async () => {
	expect(await learned(await fakeCanvos({builder: 'rehearsal'}))).toEqual([]);
});
