import type {Host} from '../../../host/host.ts';
import {runLabel} from './labels.ts';

/** Removes the containers that a killed run left, found by its label. @returns how many there were. */
export const removeRunContainers = async (host: Host, runId: string): Promise<number> => {
	if (!(await host.which('docker'))) return 0;
	const filter = `label=${runLabel}=${runId}`;
	const {stdout} = await host.run({program: 'docker', args: ['ps', '-aq', '--no-trunc', '--filter', filter]});
	const ids = stdout.split('\n').filter(Boolean);
	if (ids.length > 0) {
		const args = ['rm', '--force', '--volumes', ...ids];
		await host.run({program: 'docker', args, what: 'Removing leftover containers'});
	}
	return ids.length;
};
