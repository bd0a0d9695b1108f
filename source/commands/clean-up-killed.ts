import {removeRunContainers} from '../builders/canvos/docker/remove-containers.ts';
import {stopIdleBuildkit} from '../builders/canvos/earthly/runners/managed.ts';
import {removeBuildContainer} from '../builders/rehearsal/remove-container.ts';
import type {Host} from '../host/host.ts';
import {reap} from '../host/reaper.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import {journalsOf} from './journals.ts';

/** Cleans up what killed runs left in this workspace and on this machine; one sentence for each thing. */
export const cleanUpKilled = async (host: Host, workspace: Workspace): Promise<string[]> => {
	const removers = {buildah: removeBuildContainer, docker: removeRunContainers};
	const said = await reap(host, {journals: journalsOf(workspace), root: workspace.root, removers});
	// A killed CanvOS run also leaves the shared BuildKit running; it is stopped unless another run uses it.
	if (said.some(sentence => /container/.test(sentence)) && (await host.which('docker'))) {
		if (await stopIdleBuildkit(host).catch(() => false)) said.push('Stopped the idle BuildKit container');
	}
	return said;
};
