import {join} from 'node:path';
import {checkbox} from '@inquirer/prompts';
import {ask} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {loadReadableSettings} from '../app/load-settings.ts';
import {builderOf} from '../builders/choose-builder.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {removeOurs} from '../host/reaper.ts';
import {sizeOnDisk} from '../host/size-on-disk.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import {type Cleanable, cleanable, workspaceLock} from '../pipeline/workspace.ts';
import {outputNames} from '../settings/output-names.ts';
import {printable} from '../text/ansi.ts';
import {formatBytes} from '../text/bytes.ts';

type Candidate = {kind: Cleanable; title: string; bytes: number; remove(): Promise<void>};

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
				print(`${formatBytes(bytes).padStart(9)}  ${kind.padEnd(9)}  ${title}\n`);
		if (candidates.length === 0) return exitCodes.done;
		const chosen = await choose(invocation, candidates, what);
		if (chosen === 'declined') {
			tell('Nothing was removed. Say --yes to remove without being asked.\n');
			return exitCodes.usage;
		}
		for (const candidate of chosen) {
			await candidate.remove();
			tell(`Removed ${candidate.title} (${formatBytes(candidate.bytes)})\n`);
		}
		return exitCodes.done;
	} finally {
		await lock.release();
	}
}

async function findCandidates(invocation: Invocation): Promise<Candidate[]> {
	const {workspace, host} = invocation;
	const {settings: given} = await loadReadableSettings(invocation);
	const builder = builderOf(given);
	const settings = await builder.resolve(given, invocation).catch(() => given);
	const names = outputNames(settings);
	const folder = async (kind: Cleanable, title: string, path: string): Promise<Candidate> => ({
		kind,
		title: `${title}: ${path}`,
		bytes: await sizeOnDisk(path),
		remove: () => removeOurs(host, path, workspace.root),
	});
	const imageCandidate = async (what: string, reference: string): Promise<Candidate[]> => {
		const c = {...invocation, signal: never};
		const image = await builder.images.inspect(c, reference).catch(() => undefined);
		if (!image || image.foreign) return [];
		const title = `${what} ${reference} in ${builder.images.place}`;
		return [{kind: 'images', title, bytes: image.bytes, remove: () => builder.images.remove(c, reference)}];
	};
	const built = await host.files.list(workspace.build);
	const artifacts = built.filter(name => /\.(iso|iso\.sha256|yaml)$/.test(name));
	const images = await Promise.all([
		imageCandidate('Provider image', names.providerImage),
		imageCandidate('Installer image', names.installerImage),
	]);
	const caches = await builder.caches({host, signal: never}).catch(() => []);
	return [
		...(await Promise.all(artifacts.map(name => folder('artifacts', 'Artifact', join(workspace.build, name))))),
		...images.flat(),
		await folder('firmware', 'Firmware', workspace.redist),
		await folder('trees', 'Kept source trees', join(workspace.state, 'temporary')),
		await folder('cache', 'Build cache', workspace.cache),
		...caches.map(cache => ({kind: 'cache' as const, ...cache})),
		await folder('runs', 'Records of past runs', workspace.runs),
	];
}

// Looking and removing take moments; a Ctrl-C ends the program.
const {signal: never} = new AbortController();

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
	// A list to tick is drawn over and over.
	if (!hasTerminal || invocation.env.TERM === 'dumb') {
		throw new FixableError('clean-what', 'Say what to clean', {
			hint: `For example: clean artifacts runs (there are ${cleanable.join(', ')}).`,
			exit: 'usage',
		});
	}
	return checkbox(
		{
			message: 'What shall be removed?',
			choices: candidates.map(candidate => ({
				name: printable(`${candidate.title} (${formatBytes(candidate.bytes)})`),
				value: candidate,
			})),
		},
		{input: invocation.stdin, output: invocation.stderr},
	).catch(() => []);
}
