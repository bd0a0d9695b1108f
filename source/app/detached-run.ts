import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {givenWords, startDetached} from '../host/detached-process.ts';
import {failuresOf, type RunState} from '../pipeline/run-state.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import type {FollowedRun} from './actions-on-runs.ts';
import {followRun, untilEnded} from './followed-run.ts';
import type {Invocation} from './invocation.ts';
import {holderOf} from './past-runs.ts';
import {waysToRun} from './watched-end.ts';
import {wordsWithoutSecrets} from './words-without-secrets.ts';

/**
 * Starts the same call once more as a process of its own that outlives this terminal, and waits until its run has found
 * this machine ready. What refuses it before that is told here, with its exit code.
 */
export async function runDetached(invocation: Invocation): Promise<ExitCode> {
	const {host, workspace, env} = invocation;
	await host.files.makeFolder(workspace.state);
	const log = join(workspace.state, `detached-${randomBytes(4).toString('hex')}.log`);
	const {words, secrets} = wordsWithoutSecrets(givenWords().filter(word => !ours.includes(word)));
	const child = startDetached([...words, '--quiet'], {log, env: {...env, ...secrets}});
	let exitCode: number | undefined;
	const ended = child.ended.then(code => {
		exitCode = code;
	});
	const interrupted = new AbortController();
	const stopListening = invocation.onInterrupt(signal => {
		// Closing the terminal is what a detached run is for; Ctrl-C means that it shall not begin.
		if (signal === 'SIGHUP') process.exit(exitCodes.done);
		child.stop();
		interrupted.abort();
	});
	try {
		let run: FollowedRun | undefined;
		while (run === undefined && exitCode === undefined) {
			await Promise.race([ended, host.sleep(lookEveryMs)]);
			const holder = await holderOf(invocation);
			if (holder === undefined || holder.pid !== child.pid) continue;
			run = await followRun(invocation, holder.runId).catch(() => undefined);
		}
		if (run) {
			const {folder} = runFolderOf(workspace, run.id);
			const output = join(folder, 'output.log');
			await host.files.move(log, output);
			if (invocation.output !== 'json') invocation.tell(`Run ${run.id}: checking this machine…\n`);
			await untilEnded(run, {orWhen: hasBegun});
			if (run.isGoingOn() && !interrupted.signal.aborted) {
				child.letGo();
				tellBegun(invocation, {id: run.id, folder, output, pid: child.pid});
				return exitCodes.done;
			}
			await ended;
			return tellRefused(invocation, {
				text: await host.files.readText(output),
				state: run.getSnapshot().state,
				exitCode,
			});
		}
		await ended;
		const text = await host.files.readText(log);
		await host.files.remove(log, workspace.state);
		return tellRefused(invocation, {text, exitCode});
	} finally {
		stopListening();
	}
}

const lookEveryMs = 100;

// What this call does itself, and how its own output is.
const ours = ['--detach', '--json', '--plain', '--quiet'];

const hasBegun = ({steps}: RunState) =>
	steps.some(({id, phase}) => id === 'check-host' && phase.kind === 'finished' && phase.outcome.kind !== 'failed');

type Begun = {id: string; folder: string; output: string; pid: number | undefined};

function tellBegun({print, printJson, output: mode}: Invocation, {id, folder, output, pid}: Begun) {
	if (mode === 'json') return printJson({run: id, folder, output, pid});
	return print(`Run ${id} has begun and goes on in the background.\n${waysToRun(id)}\nWhat it prints: ${output}\n`);
}

/** What the run printed is what there is to tell. */
function tellRefused(
	{print, printJson, output}: Invocation,
	{text = '', state, exitCode}: {text?: string; state?: RunState; exitCode?: number},
): ExitCode {
	if (output === 'json') {
		const [failed] = state ? failuresOf(state) : [];
		const {code = 'not-begun', message = text.trim(), hint} = failed?.failure ?? {};
		printJson({error: {code, message, hint}});
	} else print(text);
	return Object.values(exitCodes).find(code => code === exitCode) ?? exitCodes.bug;
}
