import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import {createHost} from '../host/real-host.ts';
import {openConsole} from '../machine/console/open-console.ts';
import {qemuChecks} from '../machine/qemu-checks.ts';
import {qemuProgram} from '../machine/vm/qemu-command.ts';
import {createCleanup} from '../pipeline/cleanup.ts';
import type {CheckResult} from '../pipeline/events.ts';
import type {Settings} from '../settings/settings.ts';
import {kernelOf} from '../verification/iso/extract-kernel.ts';
import {cleanUpKilled} from './clean-up-killed.ts';
import type {Invocation} from './invocation.ts';
import {openJournal} from './run-journal.ts';

/** An ISO in `build/`, newest first. */
export type FoundIso = {path: string; name: string; bytes: number; builtAt: number};

export async function listIsos({host, workspace}: Pick<Invocation, 'host' | 'workspace'>): Promise<FoundIso[]> {
	const names = (await host.files.list(workspace.build)).filter(name => name.endsWith('.iso'));
	const isos = await Promise.all(
		names.map(async name => {
			const path = join(workspace.build, name);
			const info = await host.files.info(path);
			// Not the time of its content, which a reproducible build sets to a fixed date: the time it came here.
			return info?.kind === 'file' ? [{path, name, bytes: info.size, builtAt: info.changedAt}] : [];
		}),
	);
	return isos.flat().sort((a, b) => b.builtAt - a.builtAt);
}

/** The checks that say what a VM lacks on this machine, with the commands that would mend it; none where QEMU is there. */
export const missingForVm = async (host: Host, settings: Settings): Promise<readonly CheckResult[]> =>
	(await host.which(qemuProgram(settings.arch))) === undefined ? qemuChecks(host, settings) : [];

/**
 * Lends this terminal to the serial console of a VM that boots the ISO, until the person detaches or the guest ends.
 * @returns a message when it ended otherwise than by the person's wish.
 */
export async function attachConsole(
	invocation: Invocation,
	settings: Settings,
	iso: string,
): Promise<{message?: string}> {
	const controller = new AbortController();
	// From the first moment on: a menu that is stopped waits for the console that it began to open.
	const stopListening = invocation.onInterrupt(() =>
		controller.abort(new DOMException('The console was closed', 'AbortError')),
	);
	try {
		return await withJournal(invocation, settings, iso, controller.signal);
	} finally {
		stopListening();
	}
}

async function withJournal(invocation: Invocation, settings: Settings, iso: string, signal: AbortSignal) {
	const {workspace, env} = invocation;
	const id = `console-${process.pid}-${invocation.host.now()}`;
	for (const sentence of await cleanUpKilled(invocation.host, workspace)) invocation.tell(`${sentence}\n`);
	const journal = await openJournal(workspace, id);
	const host = await createHost({env, journal, runId: id});
	const cleanup = createCleanup(() => undefined);
	try {
		const {reason, message} = await openConsole({
			host,
			iso,
			kernel: kernelOf(host, iso),
			settings,
			input: invocation.stdin as NodeJS.ReadStream,
			output: invocation.stdout as NodeJS.WriteStream,
			serialLog: join(workspace.state, 'console', 'serial.log'),
			signal,
			cleanup,
		});
		return reason === 'detached' ? {} : {message};
	} finally {
		await cleanup.runAll();
		journal.close();
	}
}
