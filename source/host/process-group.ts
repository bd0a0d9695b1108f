import {elapsed} from './clock.ts';
import {hasLivingMember} from './process-table.ts';

const living = new Set<number>();

/** Ends every process group that was started and has not ended, at once; for when we end ourselves. */
export function killEverythingStarted() {
	for (const pid of living) signalGroup(pid, 'SIGKILL');
}

/** The process group that a program leads; without a number it could not be started, and there is nothing to signal. */
export function createGroup(pid: number | undefined) {
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
}

function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}

async function isGone(pid: number, graceMs: number) {
	const deadline = elapsed() + graceMs;
	// Asked of /proc: a zombie still takes signals, and where nobody collects orphans it stays one.
	while (hasLivingMember(pid)) {
		if (elapsed() > deadline) signalGroup(pid, 'SIGKILL');
		await new Promise(resolve => setTimeout(resolve, 20));
		if (elapsed() > deadline + graceMs) return;
	}
}
