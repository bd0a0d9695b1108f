import {checkbox} from '@inquirer/prompts';
import {ask, isLinear} from '../app/ask-person.ts';
import {type Candidate, findCandidates} from '../app/cleanables.ts';
import type {Invocation} from '../app/invocation.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import {type Cleanable, cleanable, workspaceLock} from '../pipeline/workspace.ts';
import {chooseSeveral} from '../prompts/choose-several.ts';
import {createAsker} from '../prompts/create-asker.ts';
import {printable} from '../text/ansi.ts';
import {formatBytes} from '../text/bytes.ts';

/**
 * `edge-builder clean`: shows what could go and its size, asks, removes what was chosen. Firmware is never chosen by
 * itself: it costs gigabytes to fetch again.
 */
export async function clean(invocation: Invocation, {what = []}: {what?: readonly Cleanable[]}): Promise<ExitCode> {
	const {workspace, host, print, tell, printJson, output} = invocation;
	const lock = await lockWorkspace(workspaceLock(workspace), {
		runId: 'clean',
		command: invocation.commandLine,
		now: host.now(),
	});
	try {
		const candidates = (await findCandidates(invocation)).filter(({bytes}) => bytes > 0);
		const sizes = candidates.map(({kind, title, bytes}) => ({kind, title, bytes}));
		if (output === 'json') printJson({candidates: sizes});
		else if (candidates.length === 0) print('There is nothing to clean.\n');
		else
			for (const {kind, title, bytes} of candidates)
				print(`${formatBytes(bytes).padStart(9)}  ${kind.padEnd(15)}  ${title}\n`);
		if (candidates.length === 0) return exitCodes.done;
		const chosen = await choose(invocation, candidates, what);
		if (chosen === 'declined') {
			tell('Nothing was removed. Say --yes to remove without being asked.\n');
			return exitCodes.usage;
		}
		// Before anything is gone.
		for (const candidate of chosen) await candidate.mustBeFree?.();
		for (const candidate of chosen) {
			await candidate.remove();
			tell(`Removed ${candidate.title} (${formatBytes(candidate.bytes)})\n`);
		}
		return exitCodes.done;
	} finally {
		await lock.release();
	}
}

async function choose(invocation: Invocation, candidates: readonly Candidate[], what: readonly Cleanable[]) {
	if (what.length > 0) {
		const chosen = candidates.filter(({kind}) => what.includes(kind));
		const total = chosen.reduce((sum, {bytes}) => sum + bytes, 0);
		if (chosen.length === 0) {
			invocation.tell(`Of ${what.join(', ')} there is nothing to remove.\n`);
			return [];
		}
		return (await ask(invocation, `Remove these ${chosen.length} (${formatBytes(total)})?`)) ? chosen : 'declined';
	}
	const hasTerminal = invocation.stdin.isTTY && invocation.stdout.isTTY && invocation.output !== 'json';
	if (!hasTerminal && !invocation.yes) return [];
	if (!hasTerminal) {
		throw new FixableError('clean-what', 'Say what to clean', {
			hint: `For example: clean artifacts runs (there are ${cleanable.join(', ')}).`,
			exit: 'usage',
		});
	}
	const titled = candidates.map(candidate => ({
		name: printable(`${candidate.title} (${formatBytes(candidate.bytes)})`),
		value: candidate,
	}));
	const streams = {input: invocation.stdin, output: invocation.stderr};
	// A list to tick is drawn over and over.
	if (isLinear(invocation)) return chooseSeveral(createAsker(streams, {isLinear: true}), titled);
	return checkbox({message: 'What shall be removed?', choices: titled}, streams).catch(() => []);
}
