import type {StepContext} from '../../../../pipeline/step.ts';
import {containerName, runLabel} from '../../docker/labels.ts';
import {bindMount} from '../../docker/mount.ts';

/** Gives what a container's root left in the source tree to the caller, by a container that sees only the tree. */
export const giveTreeToCaller = async ({host, run}: Pick<StepContext, 'host' | 'run'>, image: string) => {
	const {uid, gid} = host.machine.user;
	if (uid === 0) return;
	await host.run({
		program: 'docker',
		args: [
			'run',
			'--rm',
			'--pull',
			'never',
			'--name',
			containerName(run.id, 'owner'),
			'--label',
			`${runLabel}=${run.id}`,
			'--network',
			'none',
			...bindMount(run.tree, '/workspace'),
			'--entrypoint',
			'chown',
			image,
			'-R',
			'-h',
			`${uid}:${gid}`,
			'/workspace',
		],
		what: 'Giving the results to you',
	});
};
