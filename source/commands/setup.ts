import {join} from 'node:path';
import {type Misfit, misfitLine} from '../builders/canvos/edits/apply.ts';
import {checkReleases, overlayDiff} from '../builders/canvos/edits/overlay.ts';
import {releasesAmong} from '../builders/canvos/releases.ts';
import {cacheOf, type SourceContext, shownAddress, sourceAddress} from '../builders/canvos/source/address.ts';
import {inTurn} from '../builders/canvos/source/cache-turn.ts';
import {ensureCommit} from '../builders/canvos/source/ensure-commit.ts';
import {fetchAll} from '../builders/canvos/source/remote.ts';
import {tagsOf} from '../builders/canvos/source/repository.ts';
import {overlayFolder} from '../builders/canvos/source-tree.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import type {Invocation} from './invocation.ts';
import {loadSettings} from './load-settings.ts';
import {runPart} from './parts.ts';

type SetupFlags = {
	/** Only print what the overlay changes in CanvOS. */
	diff?: boolean;
	/** Only say whether the overlay fits these releases; "all" stands for every release and the main branch. */
	checkRelease?: readonly string[];
};

/** `edge-builder setup`: the source tree with overlay, firmware and `.arg`, kept; or what the overlay does to CanvOS. */
export const setup = (invocation: Invocation, {diff, checkRelease}: SetupFlags): Promise<ExitCode> => {
	if (diff && checkRelease) {
		throw new FixableError('usage', '--diff and --check-release are two questions', {
			hint: 'Give one of them.',
			exit: 'usage',
		});
	}
	if (diff) return withSource(invocation, c => printDiff(invocation, c));
	if (checkRelease) return withSource(invocation, c => printFits(invocation, c, checkRelease));
	return keepTree(invocation);
};

const keepTree = async (invocation: Invocation): Promise<ExitCode> => {
	const exitCode = await runPart(invocation, ['fetch-firmware', 'prepare-source'], {keepTree: true});
	if (exitCode !== exitCodes.done) return exitCode;
	const runs = await invocation.host.files.list(join(invocation.workspace.state, 'temporary'));
	const newest = runs.at(-1);
	if (newest) invocation.stderr.write(`The source tree is kept at ${runFolderOf(invocation.workspace, newest).tree}\n`);
	return exitCode;
};

const withSource = async (invocation: Invocation, ask: (c: SourceContext) => Promise<ExitCode>) => {
	const {settings} = await loadSettings(invocation);
	const stop = new AbortController();
	const stopListening = invocation.onInterrupt(() => stop.abort(new DOMException('Interrupted', 'AbortError')));
	const {host, workspace} = invocation;
	try {
		return await ask({host, workspace, settings, signal: stop.signal});
	} catch (error) {
		if (stop.signal.aborted) return exitCodes.cancelled;
		throw error;
	} finally {
		stopListening();
	}
};

const printDiff = async ({stdout, stderr, output}: Invocation, c: SourceContext): Promise<ExitCode> => {
	const {note, ...found} = await ensureCommit(c);
	if (note !== undefined) stderr.write(`${note}\n`);
	const release = c.settings.canvosRef;
	const diff = await overlayDiff(c, {...found, release, overlayFolder});
	stdout.write(output === 'json' ? `${JSON.stringify({release, diff})}\n` : diff);
	stderr.write(
		'Files that are only added (edge-builder/, overlay/files/, .arg) are not in the diff: `edge-builder setup` keeps a tree with them.\n',
	);
	return exitCodes.done;
};

const printFits = async (invocation: Invocation, c: SourceContext, asked: readonly string[]): Promise<ExitCode> => {
	const {stdout, stderr, output} = invocation;
	const repository = cacheOf(c);
	const releases = asked.includes('all') ? await allReleases(invocation, c) : asked;
	for (const canvosRef of asked.filter(release => release !== 'all')) {
		const {note} = await ensureCommit({...c, settings: {...c.settings, canvosRef}});
		if (note !== undefined) stderr.write(`${note}\n`);
	}
	const fits = await checkReleases(c, {repository, releases, overlayFolder});
	const unfit = fits.filter(({misfits}) => misfits.length > 0);
	for (const {release, misfits} of fits)
		stdout.write(`${output === 'json' ? fitJson(release, misfits) : fitText(release, misfits)}\n`);
	if (output !== 'json') {
		stdout.write(
			unfit.length === 0
				? `The overlay fits ${fits.length === 1 ? 'this release' : `all ${fits.length} releases`}.\n`
				: `The overlay does not fit ${unfit.length} of ${fits.length} releases.\n`,
		);
	}
	return unfit.length === 0 ? exitCodes.done : exitCodes.verification;
};

const fitText = (release: string, misfits: readonly Misfit[]) =>
	[`${misfits.length === 0 ? '✔' : '✖'} ${release}`, ...misfits.map(misfit => `  ${misfitLine(misfit)}`)].join('\n');

const fitJson = (release: string, misfits: readonly Misfit[]) =>
	JSON.stringify({release, fits: misfits.length === 0, misfits: misfits.map(misfitLine)});

// A release may have come out since the last fetch; without network those of the last fetch are checked.
const allReleases = async ({stderr}: Invocation, c: SourceContext): Promise<string[]> => {
	const repository = cacheOf(c);
	try {
		await inTurn(c, repository, () => fetchAll(c, repository));
	} catch (error) {
		c.signal?.throwIfAborted();
		if (!(error instanceof FixableError) || (await tagsOf(c, repository)).length === 0) throw error;
		stderr.write(`Releases of the last fetch: ${error.message}\n`);
	}
	const releases = releasesAmong(await tagsOf(c, repository));
	if (releases.length > 0) return [...releases.toReversed(), 'main'];
	throw new FixableError(
		'canvos-no-releases',
		`${shownAddress(sourceAddress(c))} has no release tags (v4.5.3 or later)`,
		{
			hint: 'Check CANVOS_SOURCE.',
			exit: 'usage',
		},
	);
};
