import {join} from 'node:path';
import {createJournal} from '../host/journal.ts';
import {createHost} from '../host/real-host.ts';
import {openConsole} from '../machine/console.ts';
import {createCleanup} from '../pipeline/cleanup.ts';
import type {Settings} from '../settings/settings.ts';
import type {Invocation} from './invocation.ts';
import {cleanUpFirst, journalsOf} from './journals.ts';

/** An ISO in `build/`, newest first. */
export type FoundIso = {path: string; name: string; bytes: number; builtAt: number};

export const listIsos = async ({host, workspace}: Pick<Invocation, 'host' | 'workspace'>): Promise<FoundIso[]> => {
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
};

/**
 * Lends this terminal to the serial console of a VM that boots the ISO, until the person detaches or the guest ends.
 * @returns a message when it ended otherwise than by the person's wish.
 */
export const attachConsole = async (
	invocation: Invocation,
	settings: Settings,
	iso: string,
): Promise<{message?: string}> => {
	const {workspace, env} = invocation;
	const id = `console-${process.pid}-${invocation.host.now()}`;
	await cleanUpFirst(invocation, sentence => invocation.stderr.write(sentence));
	const journal = createJournal(join(journalsOf(workspace), `${id}.ndjson`), id);
	const host = await createHost({env, journal, runId: id});
	const controller = new AbortController();
	const stopListening = invocation.onInterrupt(() =>
		controller.abort(new DOMException('The console was closed', 'AbortError')),
	);
	const cleanup = createCleanup(() => undefined);
	try {
		const {reason, message} = await openConsole({
			host,
			iso,
			settings,
			input: invocation.stdin as NodeJS.ReadStream,
			output: invocation.stdout as NodeJS.WriteStream,
			serialLog: join(workspace.state, 'console', 'serial.log'),
			signal: controller.signal,
			cleanup,
		});
		return reason === 'detached' ? {} : {message};
	} finally {
		stopListening();
		await cleanup.runAll();
		journal.close();
	}
};
