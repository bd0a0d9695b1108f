import {stdin, stdout} from 'node:process';
import {setTimeout as delay, setImmediate} from 'node:timers/promises';
import {processFailure} from './process-failure.ts';

const lateSignalMs = 250;

/**
 * Runs a program that talks to the person itself, such as sudo asking for a password: it has our terminal and stays in our
 * process group, so that Ctrl-C reaches it.
 * @throws as a program that `host.run` runs.
 */
export async function runOnTerminal(
	command: {program: string; args: readonly string[]; what?: string; hint?: string},
	env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
	const {execa} = await import('execa');
	await letGoOfInput();
	const result = await execa(command.program, command.args, {env, extendEnv: false, stdio: 'inherit', reject: false});
	if (result.exitCode === 0) return;
	// The terminal sends Ctrl-C to us, too, and a program's end can be told before it. (No listener of our own for it: with
	// one more, signal-exit takes us for a program that listens to nothing, and sends the signal again.)
	if (stdin.isTTY) await delay(lateSignalMs);
	// Ctrl-C leaves the cursor behind "^C", and screens are drawn from where it is.
	if (stdout.isTTY) stdout.write('\n');
	throw processFailure(command, {...result, timedOut: false, lastLines: []});
}

/**
 * Screens take their listener off standard input, but Node goes on reading it, and would take what is typed away from the
 * program. A stream stops only where nobody has been listening for a turn; whoever listens next starts it again.
 */
async function letGoOfInput() {
	if (!stdin.isTTY) return;
	await setImmediate();
	stdin.pause();
	await setImmediate();
}

/**
 * Stops this process and its job as the terminal's Ctrl-Z would; resolves when they were continued (`fg`). Where nobody
 * could continue them (an orphaned process group) the system ignores the signal, and this resolves at once.
 */
export async function suspendJob(): Promise<void> {
	// The whole job: a shell that waits for npm must see npm stopped.
	process.kill(0, 'SIGTSTP');
	// Passes only while we run.
	await delay(20);
}
