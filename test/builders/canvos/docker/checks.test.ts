import {describe, expect, test} from 'vitest';
import {dockerChecks} from '../../../../source/builders/canvos/docker/checks.ts';
import {dockerImages} from '../../../../source/builders/canvos/docker/images.ts';
import {checkPrivileged} from '../../../../source/builders/canvos/docker/privileged-probe.ts';
import {FixableError, ToolError} from '../../../../source/errors.ts';
import type {Command, CommandResult} from '../../../../source/host/processes.ts';
import type {StepContext} from '../../../../source/pipeline/step.ts';
import {workspaceAt} from '../../../../source/pipeline/workspace.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';
import {canvosSettings} from '../canvos-settings.ts';

const context = (run: (command: Command) => Partial<CommandResult>) => ({
	settings: canvosSettings(),
	host: fakeHost({run}),
	workspace: workspaceAt('/nowhere'),
	smokeTest: false,
});

const failing = (...lastLines: string[]) => {
	throw new ToolError('docker', 'docker failed with exit code 125', {exitCode: 125, lastLines});
};

describe('the check of the Docker daemon', () => {
	test('tells a missing Docker', async () => {
		const missing = () => {
			throw new FixableError('program-missing', 'docker is not installed');
		};
		expect(await dockerChecks(context(missing))).toEqual([
			expect.objectContaining({
				id: 'docker',
				verdict: 'fail',
				detail: 'docker is not installed',
				hint: expect.stringMatching(/^Install Docker/),
			}),
		]);
	});

	test.each([
		[
			'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
			/group docker/,
		],
		[
			'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
			/systemctl start docker/,
		],
	])('tells %s', async (words, hint) => {
		const stdout = JSON.stringify({ServerErrors: [words]});
		expect(await dockerChecks(context(() => ({exitCode: 1, stdout})))).toEqual([
			expect.objectContaining({id: 'docker', verdict: 'fail', detail: words, hint: expect.stringMatching(hint)}),
		]);
		expect(await dockerChecks(context(() => ({exitCode: 1, stderr: words})))).toMatchObject([{detail: words}]);
	});
});

describe('the check of privileged containers', () => {
	const probe = (ofRun: (command: Command) => Partial<CommandResult>) => {
		const c = context(command => (command.args[0] === 'run' ? ofRun(command) : {}));
		return checkPrivileged(c).then(check => ({check, commands: c.host.commands}));
	};

	test('passes when only the program is missing, downloads nothing, and removes its image', async () => {
		const {check, commands} = await probe(() =>
			failing(
				'docker: Error response from daemon: … exec: "/no-such-program": stat /no-such-program: no such file or directory: unknown.',
			),
		);
		expect(check.verdict).toBe('pass');
		expect(commands.map(({args}) => args.slice(0, 2).join(' '))).toEqual(['import -', 'run --rm', 'image rm']);
		expect(commands[1]?.args).toEqual(expect.arrayContaining(['--privileged', '--network', 'none', '--pull', 'never']));
	});

	test('shows Docker’s own words when it refuses', async () => {
		const {check} = await probe(() =>
			failing(
				'docker: Error response from daemon: OCI runtime create failed: unable to apply caps: operation not permitted: unknown',
				"Run 'docker run --help' for more information",
			),
		);
		expect(check).toMatchObject({
			verdict: 'fail',
			detail: 'OCI runtime create failed: unable to apply caps: operation not permitted: unknown',
		});
	});
});

describe('an image', () => {
	const c = (run: (command: Command) => Partial<CommandResult>) =>
		context(run) as unknown as StepContext & {host: ReturnType<typeof fakeHost>};

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

	test('is removed with its platform aliases, those that exist', async () => {
		const present = new Set(['x:1', 'x:1_linux_amd64']);
		const store = c(({args}) => {
			const name = args.at(-1) ?? '';
			if (args[1] === 'rm') present.delete(name);
			return args[1] === 'inspect' && !present.has(name)
				? {exitCode: 1, stderr: 'No such image'}
				: {stdout: '[{"Id":"sha256:1","Size":1}]'};
		});
		await dockerImages.remove(store, 'x:1');
		expect(store.host.commands.filter(({args}) => args[1] === 'rm').map(({args}) => args.at(-1))).toEqual([
			'x:1_linux_amd64',
			'x:1',
		]);
	});
});
