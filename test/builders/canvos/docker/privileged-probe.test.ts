import {describe, expect, test} from 'vitest';
import {checkPrivileged} from '../../../../source/builders/canvos/docker/privileged-probe.ts';
import {ToolError} from '../../../../source/errors.ts';
import type {Command, CommandResult} from '../../../../source/host/processes.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';

const failing = (...lastLines: string[]) => {
	throw new ToolError('docker', 'docker failed with exit code 125', {exitCode: 125, lastLines});
};

describe('the check of privileged containers', () => {
	const probe = (ofRun: (command: Command) => Partial<CommandResult>) => {
		const host = fakeHost({run: command => (command.args[0] === 'run' ? ofRun(command) : {})});
		return checkPrivileged({host}).then(check => ({check, commands: host.commands}));
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
