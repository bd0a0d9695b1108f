import {join, resolve} from 'node:path';
import {FixableError} from '../../errors.ts';
import {hashOf} from '../../pipeline/receipts.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {argFile} from '../../settings/arg-file.ts';
import type {Settings} from '../../settings/settings.ts';
import {overlayFolder} from '../overlay-files.ts';
import {stageOverlay} from '../stage-overlay.ts';
import {changedFiles} from './edits/edit-release.ts';
import {forgettingEdits} from './edits/forget-authority.ts';
import {liveMenu, liveMenuChange} from './edits/live-boot-arguments.ts';
import {nameResults} from './edits/names-of-results.ts';
import {readEdits} from './edits/read-edits.ts';
import {buildInputs} from './inputs/build-inputs.ts';
import {leftInClone} from './inputs/left-in-clone.ts';
import {localChangesCheck} from './inputs/local-changes-check.ts';
import {requireArguments} from './inputs/require-arguments.ts';
import {requireSigningKeys} from './inputs/signing-keys.ts';
import {stageLocalChanges} from './inputs/stage-local-changes.ts';
import {stageOwnFiles} from './inputs/stage-own-files.ts';
import {checkOut} from './source/check-out.ts';
import {ensureCommit} from './source/ensure-commit.ts';
import {hashesOf} from './source/local-changes.ts';
import {peVersionOf, requireSupported} from './source/pe-version.ts';
import {shownAddress, sourceAddress} from './source/repository-address.ts';

/** The build context: CanvOS at the chosen commit, with the overlay's edits and content, `.arg` and `user-data`. */
export async function prepareSource(c: StepContext): Promise<void> {
	const {host, settings, report} = c;
	report.note(`CanvOS ${settings.canvosRef} from ${shownAddress(sourceAddress(c))}`);
	const {commit, repository, kind, note} = await ensureCommit(c);
	if (note !== undefined) report.note(note);
	await checkOut(c, {repository, commit}, c.run.tree);
	report.note(`Checked out ${kind === 'commit' ? 'commit' : `${kind} ${settings.canvosRef}, commit`} ${commit}`);
	const inputs = await buildInputs(c, commit);
	const {changes} = inputs;
	const check = localChangesCheck(inputs, settings.canvosRef);
	if (check) report.check(check);
	for (const sentence of await leftInClone(c)) report.note(sentence);
	if (changes) await stageLocalChanges(c, changes);
	const told = await editFiles(c);
	const canvosChanges = changes && hashOf(await hashesOf(c, changes));
	await stageOverlay(c, {overlayFolder, firmware: c.results.firmware ?? [], canvosChanges});
	await host.files.write(join(c.run.tree, '.arg'), argFile(told), {mode: 0o600});
	await stageOwnFiles(c, inputs.files);
	if (settings.isUki) await requireSigningKeys(host, c.run.tree);
	await writeSecrets(c);
}

/** Makes the overlay's edits; returns the settings that CanvOS is told. */
async function editFiles(c: StepContext): Promise<Settings> {
	const {host, settings, report} = c;
	const edits = [...(await readEdits(host, overlayFolder)), ...forgettingEdits(settings)];
	const files: Record<string, string | undefined> = {};
	for (const file of [...edits.map(edit => edit.file), liveMenu]) {
		files[file] ??= await host.files.readText(join(c.run.tree, file));
	}
	const peVersion = peVersionOf(files.Earthfile ?? '');
	requireSupported(settings.canvosRef, peVersion);
	const changed = {...changedFiles(files, edits, settings.canvosRef), ...liveMenuChange(files)};
	const named = usesCache(settings) ? nameResults(changed.Earthfile ?? '', settings, c.names) : undefined;
	if (named) changed.Earthfile = named.earthfile;
	for (const [file, text] of Object.entries(changed)) await host.files.write(join(c.run.tree, file), text);
	report.note(`Overlay edits: ${edits.map(({id, file}) => `${id} in ${file}`).join(', ')}`);
	requireArguments(settings, files.Earthfile ?? '');
	if (peVersion !== settings.peVersion) {
		report.note(`PE_VERSION is ${settings.peVersion}; the Earthfile’s own is ${peVersion ?? 'missing'}`);
	}
	return named?.settings ?? settings;
}

// CanvOS's own script prints the names it is told, and keeps no cache that they could spoil.
const usesCache = ({runner}: Settings) => runner !== 'upstream-script';

/**
 * Text of the user-data file; undefined where none goes into the ISO.
 * @throws {FixableError} when it does not exist
 */
export async function userDataText({
	host,
	settings,
	workspace,
}: Pick<StepContext, 'host' | 'settings' | 'workspace'>): Promise<string | undefined> {
	if (settings.userData === '') return undefined;
	const text = await host.files.readText(resolve(workspace.root, settings.userData));
	if (text !== undefined) return text;
	throw new FixableError('user-data-missing', `The user-data file ${settings.userData} does not exist`, {
		hint: 'Correct USER_DATA, or leave it empty for an ISO without user-data.',
		exit: 'usage',
	});
}

async function writeSecrets(c: StepContext) {
	const {host, settings, run} = c;
	const userData = await userDataText(c);
	if (userData !== undefined) await host.files.write(join(run.tree, 'user-data'), userData, {mode: 0o600});
	if (!settings.ubuntuProAttach || settings.ubuntuProKey === '') return;
	// Earthly reads the file by itself; it must not go into the build context.
	await host.files.write(join(run.tree, '.secret'), `UBUNTU_PRO_KEY=${settings.ubuntuProKey}\n`, {mode: 0o600});
	const ignoreFile = join(run.tree, '.earthlyignore');
	const ignored = (await host.files.readText(ignoreFile)) ?? '';
	await host.files.write(ignoreFile, `${ignored.trimEnd()}\n.secret\n`.trimStart());
}
