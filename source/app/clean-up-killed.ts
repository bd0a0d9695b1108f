import {removeRunTraces} from '../builders/canvos/docker/leftovers.ts';
import {stopIdleBuildkit} from '../builders/canvos/earthly/runners/managed-runner.ts';
import {removeBuildContainer} from '../builders/rehearsal/buildah-containers.ts';
import {removeLeftImageName} from '../builders/rehearsal/image-names.ts';
import type {Host} from '../host/host.ts';
import {type Removers, reap} from '../host/reaper.ts';
import {journalsOf, runFolderOf, type Workspace} from '../pipeline/workspace.ts';

/** Cleans up what killed runs left in this workspace and on this machine; one sentence for each thing. */
export async function cleanUpKilled(host: Host, workspace: Workspace): Promise<string[]> {
	const removers: Removers = {
		buildahContainer: removeBuildContainer,
		buildahImage: removeLeftImageName,
		docker: (host, runId) => removeRunTraces(host, runId, runFolderOf(workspace, runId).tree),
	};
	const {removed, left, kinds} = await reap(host, {journals: journalsOf(workspace), root: workspace.root, removers});
	// A killed CanvOS run also leaves the shared BuildKit running; it is stopped unless another run uses it.
	if (kinds.has('docker') && (await host.which('docker'))) {
		if (await stopIdleBuildkit(host).catch(() => false)) removed.push('Stopped the idle BuildKit container');
	}
	return [
		...removed.map(sentence => `Cleaned up after an earlier run: ${sentence}.`),
		...left.map(sentence => `${sentence}.`),
	];
}
