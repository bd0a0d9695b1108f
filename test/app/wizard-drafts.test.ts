import {expect, test} from 'vitest';
import {dropWhenPassed, wizardDrafts} from '../../source/app/wizard-drafts.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {wizardDraft} from '../../source/wizard/draft.ts';
import {startWizard} from '../../source/wizard/wizard-reducer.ts';
import {factsWith} from '../helpers/facts.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {debianMachine} from '../settings/settings-of.ts';

test.each([
	['a build of them has passed', {layers: []}, 0, false],
	['a build of them failed', {layers: []}, 5, true],
	['a build of them was cancelled', {layers: []}, 130, true],
	['a preset was built', {preset: 'rehearsal'}, 0, true],
] as const)('after %s the answers are kept or gone', async (_, start, exitCode, kept) => {
	const drafts = wizardDrafts({workspace: workspaceAt(temporaryFolder()), host: fakeHost()});
	await drafts.saveDraft(wizardDraft(startWizard({machine: debianMachine, facts: factsWith()})));
	await dropWhenPassed(drafts, start, {exitCode});
	expect((await drafts.loadDraft()) !== undefined).toBe(kept);
});

// Symptom: "New build" said "There is no preset gone" ever after, and nothing dropped the answers.
test('answers on top of a preset that is gone are kept without it', async () => {
	const drafts = wizardDrafts({workspace: workspaceAt(temporaryFolder()), host: fakeHost()});
	const draft = wizardDraft(startWizard({machine: debianMachine, facts: factsWith()}));
	await drafts.saveDraft(draft, 'rehearsal');
	expect(await drafts.loadDraft()).toMatchObject({draft, preset: 'rehearsal'});
	await drafts.saveDraft(draft, 'gone');
	const found = await drafts.loadDraft();
	expect(found).toMatchObject({draft});
	expect(found?.preset).toBeUndefined();
});
