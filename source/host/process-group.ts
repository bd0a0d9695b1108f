import {hasLivingMember} from './process-table.ts';

const living = new Set<number>();

/** Ends every process group that was started and has not ended, at once; for when we end ourselves. */
export const killEverythingStarted = () => {
	for (const pid of living) signalGroup(pid, 'SIGKILL');
};

/** The process group that a program leads; without a number it could not be started, and there is nothing to signal. */
export const createGroup = (pid: number | undefined) => {
	if (pid !== undefined) living.add(pid);
	return {
		/** False when the group no longer exists. */
		signal: (name: NodeJS.Signals): boolean => pid !== undefined && signalGroup(pid, name),
		/** Ends what is left of the group: SIGTERM, and SIGKILL after the grace. */
		async end(graceMs: number): Promise<void> {
			if (pid === undefined) return;
			if (signalGroup(pid, 'SIGTERM')) await isGone(pid, graceMs);
			living.delete(pid);
		},
	};
};

const signalGroup = (pid: number, signal: NodeJS.Signals): boolean => {
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
};

const isGone = async (pid: number, graceMs: number) => {
	const deadline = Date.now() + graceMs;
	// Asked of /proc: a zombie still takes signals, and where nobody collects orphans it stays one.
	while (hasLivingMember(pid)) {
		if (Date.now() > deadline) signalGroup(pid, 'SIGKILL');
		await new Promise(resolve => setTimeout(resolve, 20));
		if (Date.now() > deadline + graceMs) return;
	}
};
