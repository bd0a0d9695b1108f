import {expect, test} from 'vitest';
import {compareSpace} from '../../../../source/builders/canvos/docker/disk-space-check.ts';

test('space is judged by the stages of a build, those of one filesystem together', () => {
	const room = (freeGb: number, freeInodes = 1e7) => ({path: '/var/lib/docker', freeBytes: freeGb * 1e9, freeInodes});
	const settings = {edgeAppliance: true, minDiskGb: 30};
	const verdicts = (docker: number, workspace: number, together = false) =>
		compareSpace(settings, {docker: room(docker), workspace: room(workspace), together}).map(
			({id, verdict}) => `${id} ${verdict}`,
		);
	expect(verdicts(100, 100)).toEqual(['docker-space pass', 'workspace-space pass']);
	expect(verdicts(35, 100)).toEqual(['docker-space warn', 'workspace-space pass']);
	expect(verdicts(29, 4)).toEqual(['docker-space fail', 'workspace-space fail']);
	expect(verdicts(45, 45, true)).toEqual(['docker-space warn']);
	expect(
		compareSpace({edgeAppliance: false, minDiskGb: 10}, {docker: room(45), workspace: room(45), together: true})[0]
			?.verdict,
	).toBe('pass');
	const full = compareSpace(settings, {docker: room(100, 1000), workspace: room(100), together: false})[0];
	expect(full).toMatchObject({verdict: 'fail', detail: expect.stringMatching(/inodes/)});
	expect(compareSpace(settings, {workspace: room(100), together: false})[0]).toMatchObject({
		id: 'docker-space',
		verdict: 'warn',
	});
});
