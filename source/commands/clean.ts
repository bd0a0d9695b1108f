import {join} from 'node:path';
import {checkbox} from '@inquirer/prompts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {formatBytes} from '../format.ts';
import {removeOurs} from '../host/reaper.ts';
import {sizeOnDisk} from '../host/sizes.ts';
import {lockWorkspace} from '../host/workspace-lock.ts';
import {outputNames} from '../settings/names.ts';
import {ask} from './ask.ts';
import {builderOf} from './builders.ts';
import {type Cleanable, cleanable} from './cleanable.ts';
import type {Invocation} from './invocation.ts';
import {loadSettings} from './load-settings.ts';
import {workspaceLock} from './start-run.ts';

type Candidate = {kind: Cleanable; title: string; bytes: number; remove(): Promise<void>};

/**
 * `edge-builder clean`: shows what could go and its size, asks, removes what was chosen. Firmware is never chosen by
 * itself: it costs gigabytes to fetch again.
 */
export const clean = async (invocation: Invocation, {what = []}: {what?: readonly Cleanable[]}): Promise<ExitCode> => {
	const {workspace, host, stdout, stderr, output} = invocation;
	const lock = await lockWorkspace(workspaceLock(workspace), {
		runId: 'clean',
		command: invocation.commandLine,
		now: host.now(),
	});
	try {
		const candidates = (await findCandidates(invocation)).filter(({bytes}) => bytes > 0);
		const sizes = candidates.map(({kind, title, bytes}) => ({kind, title, bytes}));
		if (output === 'json') stdout.write(`${JSON.stringify({candidates: sizes})}\n`);
		else if (candidates.length === 0) stdout.write('There is nothing to clean.\n');
		else
			for (const {kind, title, bytes} of candidates)
				stdout.write(`${formatBytes(bytes).padStart(9)}  ${kind.padEnd(9)}  ${title}\n`);
		if (candidates.length === 0) return exitCodes.done;
		const chosen = await choose(invocation, candidates, what);
		for (const candidate of chosen) {
			await candidate.remove();
			stderr.write(`Removed ${candidate.title} (${formatBytes(candidate.bytes)})\n`);
		}
		return exitCodes.done;
	} finally {
		await lock.release();
	}
};

const findCandidates = async (invocation: Invocation): Promise<Candidate[]> => {
	const {workspace, host} = invocation;
	const {settings: given} = await loadSettings(invocation);
	const builder = builderOf(given);
	const settings = await builder.resolve(given, invocation).catch(() => given);
	const names = outputNames(settings);
	const folder = async (kind: Cleanable, title: string, path: string): Promise<Candidate> => ({
		kind,
		title: `${title}: ${path}`,
		bytes: await sizeOnDisk(path),
		remove: () => removeOurs(host, path, workspace.root),
	});
	const built = await host.files.list(workspace.build);
	const artifacts = built.filter(name => /\.(iso|iso\.sha256|yaml)$/.test(name));
	const image = await builder.images
		.inspect({...invocation, signal: never}, names.providerImage)
		.catch(() => undefined);
	const caches = await builder.caches({host, signal: never}).catch(() => []);
	return [
		...(await Promise.all(artifacts.map(name => folder('artifacts', 'Artifact', join(workspace.build, name))))),
		...(image
			? [
					{
						kind: 'images' as const,
						title: `Provider image ${names.providerImage} in ${builder.images.place}`,
						bytes: image.bytes,
						remove: () => builder.images.remove({...invocation, signal: never}, names.providerImage),
					},
				]
			: []),
		await folder('firmware', 'Firmware', workspace.redist),
		await folder('trees', 'Kept source trees', join(workspace.state, 'temporary')),
		await folder('cache', 'Build cache', workspace.cache),
		...caches.map(cache => ({kind: 'cache' as const, ...cache})),
		await folder('runs', 'Records of past runs', workspace.runs),
	];
};

// Looking and removing take moments; a Ctrl-C ends the program.
const {signal: never} = new AbortController();

const choose = async (invocation: Invocation, candidates: readonly Candidate[], what: readonly Cleanable[]) => {
	if (what.length > 0) {
		const chosen = candidates.filter(({kind}) => what.includes(kind));
		const total = chosen.reduce((sum, {bytes}) => sum + bytes, 0);
		return chosen.length > 0 && (await ask(invocation, `Remove these ${chosen.length} (${formatBytes(total)})?`))
			? chosen
			: [];
	}
	if (!invocation.stdin.isTTY || !invocation.stdout.isTTY || invocation.output === 'json') {
		if (!invocation.yes) return [];
		throw new FixableError('clean-what', 'Say what to clean', {
			hint: `For example: clean artifacts runs (there are ${cleanable.join(', ')}).`,
			exit: 'usage',
		});
	}
	return checkbox(
		{
			message: 'What shall be removed?',
			choices: candidates.map(candidate => ({
				name: `${candidate.title} (${formatBytes(candidate.bytes)})`,
				value: candidate,
			})),
		},
		{input: invocation.stdin, output: invocation.stderr},
	).catch(() => []);
};
