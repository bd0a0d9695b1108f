import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {isoInputs, squashProgress} from '../../../source/builders/rehearsal/build-installer-iso.ts';
import type {LogChunk, Progress} from '../../../source/pipeline/events.ts';
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

test('mksquashfs’ redrawn bar becomes progress and its lines the log, wherever the bytes are cut', () => {
	const text =
		'Parallel mksquashfs: 2 processors\n[=\\   ]  10/200   5%\r[==|  ] 100/200  50%\r[====-] 200/200 100%\nInodes 12\n';
	fc.assert(
		fc.property(fc.array(fc.nat(text.length), {maxLength: 6}), cuts => {
			const seen: Progress[] = [];
			const lines: LogChunk[] = [];
			const read = squashProgress({
				progress: value => void seen.push(value),
				log: chunk => void lines.push(chunk),
			});
			const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
			for (const [index, end] of edges.slice(1).entries()) read(Buffer.from(text.slice(edges[index], end)));
			expect(seen.at(-1)).toMatchObject({done: 200, total: 200});
			expect(lines.map(({text: line}) => line)).toEqual(['Parallel mksquashfs: 2 processors', 'Inodes 12']);
		}),
	);
});
