import type {Host} from '../../host/host.ts';

/**
 * Does work that runs steps in chroot isolation. There buildah's own helper has the environment of the step, without our
 * XDG_RUNTIME_DIR, and an ordinary user is left with folders in /tmp; those that were not there before are removed.
 */
export const withoutRuntimeTraces = async <T>(host: Host, work: () => Promise<T>): Promise<T> => {
	const {uid} = host.machine.user;
	if (uid === 0) return work();
	const traces = [`/tmp/containers-user-${uid}`, `/tmp/podman-run-${uid}`];
	const before = await Promise.all(traces.map(path => host.files.exists(path)));
	try {
		return await work();
	} finally {
		for (const path of traces.filter((_, index) => !before[index])) {
			await host.files.remove(path, '/tmp').catch(() => undefined);
		}
	}
};
