import {expect, test} from 'vitest';
import type {Invocation} from '../../source/app/invocation.ts';
import {loadStartSettings} from '../../source/app/load-settings.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {flagLayer} from '../../source/settings/layer-sources.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const call = (flags: Parameters<typeof flagLayer>[0] = {}) =>
	({
		layers: [flagLayer(flags)],
		host: fakeHost(),
		env: {},
		workspace: workspaceAt(temporaryFolder()),
	}) as unknown as Invocation;

// The menu passed the answers on as flags: a person who had typed none was told that `--user-data` is wrong.
test('what the wizard was told is blamed on its question, what a flag says on the flag', async () => {
	const flags = flagLayer({bfbFile: './gone.bfb'});
	const answers = {builder: 'canvos', userData: 'no-such.yaml'} as const;
	const loading = loadStartSettings(call(), {layers: [{kind: 'answer', answers}, flags]});
	await expect(loading).rejects.toThrow(/your answer to "[^"]*": .*no-such\.yaml/);
	await expect(loading).rejects.toThrow(/--bfb-file: .*gone\.bfb/);
	await expect(loading).rejects.not.toThrow('--user-data');
});

test('what is started from the wizard counts as it was shown there, whatever the call says', async () => {
	const {settings, presetName} = await loadStartSettings(call({customTag: 'flag'}), {
		preset: 'mine',
		layers: [{kind: 'answer', answers: {customTag: 'answer'}}],
	});
	expect([settings.customTag, presetName]).toEqual(['answer', 'mine']);
});
