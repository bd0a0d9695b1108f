import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {isoInputs} from '../../../source/builders/rehearsal/installer-iso.ts';
import type {StepContext} from '../../../source/pipeline/step.ts';
import {workspaceAt} from '../../../source/pipeline/workspace.ts';
import {fakeHost} from '../../helpers/fake-host.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {settingsOf} from '../../settings/settings-of.ts';

test('user-data changes what the ISO depends on, and none of it is in the receipt', async () => {
	const root = temporaryFolder();
	const inputsWith = async (userData: string) => {
		writeFileSync(join(root, 'user-data.yaml'), userData);
		return JSON.stringify(
			await isoInputs({
				host: fakeHost({run: () => ({exitCode: 125})}),
				settings: settingsOf('USER_DATA=user-data.yaml'),
				names: {providerImage: 'localhost/x:1', isoFile: 'x.iso'},
				workspace: workspaceAt(root),
			} as unknown as StepContext),
		);
	};
	const before = await inputsWith('#cloud-config\nedgeHostToken: geheim\n');
	expect(before).not.toContain('geheim');
	expect(await inputsWith('#cloud-config\nedgeHostToken: anders\n')).not.toBe(before);
});
