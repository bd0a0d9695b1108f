import {expect, test} from 'vitest';
import {checkKind} from '../../../../source/builders/canvos/docker/engine-kind.ts';

test('Docker as root on the machine itself is what builds are tested with; without root and Desktop are warned about', () => {
	expect(checkKind({OperatingSystem: 'Ubuntu 24.04.1 LTS'}).verdict).toBe('pass');
	expect(
		checkKind({SecurityOptions: ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns']}),
	).toMatchObject({
		verdict: 'warn',
		hint: expect.stringMatching(/runs as root.*--runner remote/),
	});
	expect(checkKind({OperatingSystem: 'Docker Desktop'})).toMatchObject({
		verdict: 'warn',
		hint: expect.stringMatching(/host networking/),
	});
});
