import type {Invocation} from '../app/invocation.ts';
import {loadReadableSettings} from '../app/load-settings.ts';
import {runPart} from '../app/run-steps.ts';
import {type Misfit, misfitLine} from '../builders/canvos/edits/apply-edits.ts';
import {checkReleases, overlayDiff} from '../builders/canvos/edits/edit-release.ts';
import {cacheOf, whileHoldingCache} from '../builders/canvos/source/cache.ts';
import {ensureCommit} from '../builders/canvos/source/ensure-commit.ts';
import {fetchAll} from '../builders/canvos/source/git-remote.ts';
import {releasesAmong} from '../builders/canvos/source/release-tags.ts';
import {tagsOf} from '../builders/canvos/source/repository.ts';
import {type SourceContext, shownAddress, sourceAddress} from '../builders/canvos/source/repository-address.ts';
import {overlayFolder} from '../builders/overlay-files.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';

type SetupFlags = {
	/** Only print what the overlay changes in CanvOS. */
	diff?: boolean;
	/** Only say whether the overlay fits these releases; "all" stands for every release and the main branch. */
	checkRelease?: readonly string[];
};

/** `edge-builder setup`: the source tree with overlay, firmware and `.arg`, kept; or what the overlay does to CanvOS. */
export function setup(invocation: Invocation, {diff, checkRelease}: SetupFlags): Promise<ExitCode> {
	if (diff && checkRelease) {
		throw new FixableError('usage', '--diff and --check-release are two questions', {
			hint: 'Give one of them.',
			exit: 'usage',
		});
	}
	if (diff) return withSource(invocation, c => printDiff(invocation, c));
	if (checkRelease) return withSource(invocation, c => printFits(invocation, c, checkRelease));
	return runPart(invocation, ['fetch-firmware', 'prepare-source'], {keepTree: true});
}

async function withSource(invocation: Invocation, ask: (c: SourceContext) => Promise<ExitCode>) {
	const {settings} = await loadReadableSettings(invocation);
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
}

async function printDiff({stdout, print, tell, printJson, output}: Invocation, c: SourceContext): Promise<ExitCode> {
	const {note, ...found} = await ensureCommit(c);
	if (note !== undefined) tell(`${note}\n`);
	const release = c.settings.canvosRef;
	const diff = await overlayDiff(c, {...found, release, overlayFolder});
	if (output === 'json') printJson({release, diff});
	else if (stdout.isTTY) print(diff);
	// A patch in a file has to stay what it is, byte for byte.
	else stdout.write(diff);
	tell(
		`Files that are only added (edge-builder/, .arg) are not in the diff: ${ownCommand('setup')} keeps a tree with them.\n`,
	);
	return exitCodes.done;
}

async function printFits(invocation: Invocation, c: SourceContext, asked: readonly string[]): Promise<ExitCode> {
	const {print, tell, printJson, output} = invocation;
	const repository = cacheOf(c);
	const releases = asked.includes('all') ? await allReleases(invocation, c) : asked;
	for (const canvosRef of asked.filter(release => release !== 'all')) {
		const {note} = await ensureCommit({...c, settings: {...c.settings, canvosRef}});
		if (note !== undefined) tell(`${note}\n`);
	}
	const fits = await checkReleases(c, {repository, releases, overlayFolder});
	const unfit = fits.filter(({misfits}) => misfits.length > 0);
	for (const {release, misfits} of fits)
		if (output === 'json') printJson({release, fits: misfits.length === 0, misfits: misfits.map(misfitLine)});
		else print(`${fitText(release, misfits)}\n`);
	if (output !== 'json') {
		print(
			unfit.length === 0
				? `The overlay fits ${fits.length === 1 ? 'this release' : `all ${fits.length} releases`}.\n`
				: `The overlay does not fit ${unfit.length} of ${fits.length} releases.\n`,
		);
	}
	return unfit.length === 0 ? exitCodes.done : exitCodes.verification;
}

const fitText = (release: string, misfits: readonly Misfit[]) =>
	[`${misfits.length === 0 ? '✔' : '✖'} ${release}`, ...misfits.map(misfit => `  ${misfitLine(misfit)}`)].join('\n');

// A release may have come out since the last fetch; without network those of the last fetch are checked.
async function allReleases({tell}: Invocation, c: SourceContext): Promise<string[]> {
	const repository = cacheOf(c);
	try {
		await whileHoldingCache(c, repository, () => fetchAll(c, repository));
	} catch (error) {
		c.signal?.throwIfAborted();
		if (!(error instanceof FixableError) || (await tagsOf(c, repository)).length === 0) throw error;
		tell(`Releases of the last fetch: ${error.message}\n`);
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
}
