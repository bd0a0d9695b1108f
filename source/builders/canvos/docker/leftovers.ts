import type {Host} from '../../../host/host.ts';
import {markOf} from '../../../host/run-mark.ts';
import {linesOf} from '../../../text/lines.ts';
import {runLabel} from './run-arguments.ts';

/** Tags that keep images alive while this run needs them, by number. */
export const keptTag = (runId: string, number = 0) => `edge-builder-keep:${markOf(runId)}-${number}`;

/**
 * Removes what a killed run left in Docker: containers with its label, those that mount its tree (CanvOS's own script gives
 * its container neither name nor label), and the tags that kept images for it.
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
	const filter = `reference=edge-builder-keep:${markOf(runId)}-*`;
	const format = '{{.Repository}}:{{.Tag}}';
	const {stdout} = await host.run({program: 'docker', args: ['image', 'ls', '--filter', filter, '--format', format]});
	const tags = linesOf(stdout);
	if (tags.length > 0) await host.run({program: 'docker', args: ['image', 'rm', ...tags], exitCodes: [0, 1]});
	return found.size + tags.length;
}
