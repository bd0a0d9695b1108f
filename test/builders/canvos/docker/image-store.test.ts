import {describe, expect, test} from 'vitest';
import {dockerImages} from '../../../../source/builders/canvos/docker/image-store.ts';
import type {Command, CommandResult} from '../../../../source/host/processes.ts';
import type {StepContext} from '../../../../source/pipeline/step.ts';
import {workspaceAt} from '../../../../source/pipeline/workspace.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';

describe('an image', () => {
	const c = (run: (command: Command) => Partial<CommandResult>) =>
		({host: fakeHost({run}), workspace: workspaceAt('/nowhere')}) as unknown as StepContext & {
			host: ReturnType<typeof fakeHost>;
		};

	test('that isn’t there is undefined, but a daemon that doesn’t answer is an error', async () => {
		expect(
			await dockerImages.inspect(
				c(() => ({exitCode: 1, stderr: 'Error: No such image: x:1'})),
				'x:1',
			),
		).toBeUndefined();
		const dead = dockerImages.inspect(
			c(() => ({exitCode: 1, stderr: 'Cannot connect to the Docker daemon'})),
			'x:1',
		);
		await expect(dead).rejects.toMatchObject({code: 'docker-unusable'});
	});
});
