import {FixableError, ToolError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import {runMarker} from '../../host/process-table.ts';
import type {Invocation} from '../invocation.ts';
import {aptFailure} from './apt-failure.ts';
import {commandOf, type Fix, lineForRoot, lockPatienceS, purposeOf} from './fixes.ts';

/** How the commands are run: with their output as lines, or on a terminal that sudo may ask for a password. */
export type FixRun = {
	host: Host;
	onTerminal: boolean;
	onLines(text: string, stream: 'out' | 'err'): void;
	/** A remark of ours between the lines. */
	note(text: string): void;
	signal?: AbortSignal;
};

/**
 * Runs commands that were agreed to. Without a terminal sudo must not need a password.
 * @throws {FixableError} when rights are refused or apt says why it can't; {ToolError} when a command fails otherwise.
 */
export async function applyFixes(run: FixRun, fixes: readonly Fix[]): Promise<void> {
	const {host} = run;
	if (host.machine.user.uid !== 0 && (await host.which('sudo')) === undefined) {
		throw refused(fixes, 'sudo is not installed');
	}
	// dpkg refuses everything while its journal holds an interrupted installation (what apt itself looks at).
	const unfinished = (await host.files.list('/var/lib/dpkg/updates')).some(name => /^\d+$/.test(name));
	if (unfinished) await runFix(run, ['dpkg', '--configure', '-a'], fixes);
	let update: string | undefined;
	for (const fix of fixes) {
		try {
			await runFix(run, fix, fixes);
		} catch (error) {
			if (!(error instanceof ToolError) || fix[0] !== 'apt-get') throw error;
			if (!fix.includes('update')) throw aptFailure(error, update);
			// One broken source of many is common, and the lists that are there may do.
			update = error.lastLines.findLast(line => /^[EW]: /.test(line)) ?? error.message;
			run.note(`The package lists could not be refreshed (${update}); going on with those that are there.`);
		}
	}
}

async function runFix(run: FixRun, fix: Fix, all: readonly Fix[]): Promise<void> {
	const {host} = run;
	const [program = '', ...args] = commandOf(fix, host);
	const what = `Preparing this machine (${fix.slice(0, 2).join(' ')})`;
	run.signal?.throwIfAborted();
	try {
		if (run.onTerminal) await host.runOnTerminal({program, args, what});
		else await runWithLines(run, program, program === 'sudo' ? ['-n', ...args] : args, what);
	} catch (error) {
		const isRefusal = program === 'sudo' && error instanceof ToolError && error.exitCode === 1;
		if (!isRefusal) throw error;
		const said = error.lastLines.findLast(line => line.startsWith('sudo: '));
		throw refused(all, said ?? 'sudo refused it');
	}
}

async function runWithLines(run: FixRun, program: string, args: readonly string[], what: string): Promise<void> {
	const {host} = run;
	const deadline = host.elapsed() + lockPatienceS * 1000;
	for (;;) {
		try {
			return await untilSafe(run, {program, args, what});
		} catch (error) {
			// `DPkg::Lock::Timeout` doesn't cover the lock of the lists.
			const isLocked = error instanceof ToolError && error.lastLines.some(line => /lists\/lock/.test(line));
			if (!isLocked || host.elapsed() > deadline) throw error;
			run.note('Another program is refreshing the package lists; waiting for it.');
			await host.sleep(3000, run.signal);
		}
	}
}

/** A cancel ends a command at once, unless dpkg is at work: that is waited for, because half a package is worse. */
async function untilSafe(
	{host, signal, note, onLines}: FixRun,
	command: {program: string; args: readonly string[]; what: string},
): Promise<void> {
	const stop = new AbortController();
	let isUnpacking = false;
	const onAbort = () => {
		if (isUnpacking) {
			note(
				'Packages are being unpacked: stopping when that is done. Ended now, they would be left half-installed until `dpkg --configure -a` is run as root.',
			);
		} else stop.abort(signal?.reason);
	};
	signal?.addEventListener('abort', onAbort, {once: true});
	try {
		await host.run({
			...command,
			// English, because what it says is read; unmarked, because no end of ours may take dpkg along.
			env: {LC_ALL: 'C.UTF-8', [runMarker]: undefined},
			signal: stop.signal,
			cancelWith: 'SIGINT',
			graceMs: 30_000,
			onLines(text, stream) {
				isUnpacking ||= /^(Preparing to unpack|Unpacking|Setting up) /m.test(text);
				onLines(text, stream);
			},
		});
	} finally {
		signal?.removeEventListener('abort', onAbort);
	}
	signal?.throwIfAborted();
}

/** Somebody else has to do it: tells what, in one line for copying. */
export function refused(fixes: readonly Fix[], why: string): FixableError {
	return new FixableError('no-rights', `This machine has to be changed (${purposeOf(fixes)}), and ${why}`, {
		hint: `As root, an administrator has to run: ${lineForRoot(fixes)}`,
		exit: 'host',
	});
}

/** Outside a run: on a terminal the commands have it for themselves, without one their output goes to standard error. */
export function fixRunOf({host, stdin, tell}: Pick<Invocation, 'host' | 'stdin' | 'tell'>): FixRun {
	const say = (text: string) => tell(`${text}\n`);
	return {host, onTerminal: stdin.isTTY === true, onLines: say, note: say};
}
