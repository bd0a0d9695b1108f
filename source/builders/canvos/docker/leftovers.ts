import type {Host} from '../../../host/host.ts';
import {markOf} from '../../../host/run-mark.ts';
import {linesOf} from '../../../text/lines.ts';
import {runLabel} from './run-arguments.ts';

/** Tag that keeps an image alive while this run needs it. */
export const keptTag = (runId: string) => `edge-builder-keep:${markOf(runId)}`;

/**
 * Removes what a killed run left in Docker: containers with its label, those that mount its tree (CanvOS's own script gives
 * its container neither name nor label), and the tag that kept an image for it.
 * @returns how much there was.
 */
export async function removeRunTraces(host: Host, runId: string, tree: string): Promise<number> {
	if (!(await host.which('docker'))) return 0;
	const found = new Set<string>();
	for (const filter of [`label=${runLabel}=${runId}`, `volume=${tree}`]) {
		const {stdout} = await host.run({program: 'docker', args: ['ps', '-aq', '--no-trunc', '--filter', filter]});
		for (const id of linesOf(stdout)) found.add(id);
	}
	if (found.size > 0) {
		const args = ['rm', '--force', '--volumes', ...found];
		await host.run({program: 'docker', args, what: 'Removing leftover containers'});
	}
	const {exitCode} = await host.run({program: 'docker', args: ['image', 'rm', keptTag(runId)], exitCodes: [0, 1]});
	return found.size + (exitCode === 0 ? 1 : 0);
}
