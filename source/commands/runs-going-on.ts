import {followRun, untilEnded, untilLetGo} from '../app/followed-run.ts';
import type {Invocation} from '../app/invocation.ts';
import {holderOf, requestOf, runIdOf} from '../app/past-runs.ts';
import {stopRun} from '../app/stop-run.ts';
import {untilInterrupted} from '../app/until-interrupted.ts';
import {watchedEnd} from '../app/watched-end.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {plainSink} from '../reporters/plain-lines.ts';
import {outputTo} from '../reporters/safe-output.ts';
import {runOnScreens} from '../run-on-screens.ts';

/**
 * `edge-builder runs attach [RUN]`: a run of another terminal, live: its dashboard, or lines until it ends. Leaving it does
 * not stop it. Its exit code is that of the run.
 */
export async function runsAttach(invocation: Invocation, id?: string): Promise<ExitCode> {
	const runId = id === undefined ? await goingOnIn(invocation) : await runIdOf(invocation, id);
	if (invocation.output === 'screens') return runOnScreens(invocation, {watched: await followRun(invocation, runId)});
	const {stdout, output, quiet} = invocation;
	const out = outputTo(stdout);
	const run = await followRun(invocation, runId, {sinks: output === 'json' ? [ndjsonSink(out)] : []});
	if (output !== 'json') {
		const {state} = run.listen(event => lines.accept(event));
		const lines = plainSink(out, {quiet, reader: stdout.isTTY ? 'terminal' : 'log', from: state});
	}
	const left = await untilInterrupted(invocation, signal => untilEnded(run, {signal}));
	await out.drain();
	const exitCode = await watchedEnd(invocation, run);
	return left ? exitCodes.cancelled : exitCode;
}

/** `edge-builder runs stop [RUN]`: asks it to stop in order, and waits until it has; asked twice it doesn't wait for programs. */
export async function runsStop(invocation: Invocation, id?: string): Promise<ExitCode> {
	const runId = id === undefined ? await goingOnIn(invocation) : await runIdOf(invocation, id);
	await stopRun(invocation, runId);
	if (invocation.output !== 'json') invocation.print(`Run ${runId} is stopping and cleaning up…\n`);
	return untilInterrupted(invocation, async signal => {
		await untilLetGo(invocation, runId, signal);
		signal.throwIfAborted();
		if (invocation.output === 'json') invocation.printJson({stopped: runId});
		else invocation.print(`Run ${runId} has stopped.\n`);
		return exitCodes.done;
	});
}

/** The run that goes on. @throws {FixableError} when there is none. */
async function goingOnIn(invocation: Invocation): Promise<string> {
	const holder = await holderOf(invocation);
	const isRun =
		holder &&
		(await requestOf(invocation, holder.runId).then(
			() => true,
			() => false,
		));
	if (isRun) return holder.runId;
	throw new FixableError(
		'no-run-goes-on',
		holder ? `No run goes on here, only \`${holder.command}\`` : 'No run goes on in this workspace',
		{hint: `${ownCommand('runs list')} names those that have ended; --workspace DIR looks elsewhere.`, exit: 'usage'},
	);
}
