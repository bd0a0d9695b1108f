import {createHash} from 'node:crypto';
import type {Json} from '../../pipeline/events.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {argEntries} from '../../settings/arg-file.ts';
import {overlayFolder} from '../overlay-files.ts';
import {overlayInputs} from '../stage-overlay.ts';
import {userDataText} from './build-context.ts';
import {trustsAuthority} from './edits/forget-authority.ts';
import {nouveauArguments} from './edits/live-boot-arguments.ts';
import {buildInputs} from './inputs/build-inputs.ts';
import type {OwnFile} from './inputs/own-file.ts';
import {ensureCommit} from './source/ensure-commit.ts';
import {hashesOf} from './source/local-changes.ts';

// They say how the build gets at things, not what it makes; and a proxy's address may hold a password.
const withoutEffect = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const forIsoOnly = ['ISO_NAME', 'FORCE_INTERACTIVE_INSTALL'];

/** Everything the provider image depends on. */
export const imageInputs = async (c: StepContext): Promise<Json> => ({
	...(await commonInputs(c, [...withoutEffect, ...forIsoOnly], file => !file.isForIso)),
	reference: c.names.providerImage,
	kubernetes: c.settings.k8sVersion,
});

/** Everything the installer ISO depends on. */
export async function isoInputs(c: StepContext): Promise<Json> {
	const userData = await userDataText(c);
	return {
		...(await commonInputs(c, withoutEffect, () => true)),
		liveArguments: nouveauArguments,
		// Only its hash: receipts lie on disk, and a token may be in it.
		userData: userData === undefined ? 'none' : createHash('sha256').update(userData).digest('hex'),
	};
}

async function commonInputs(c: StepContext, leftOut: readonly string[], counts: (file: OwnFile) => boolean) {
	const {commit} = await ensureCommit(c);
	const {files, changes} = await buildInputs(c, commit);
	const own = await Promise.all(
		files.filter(counts).map(async ({from, to}) => [to, await c.host.files.sha256(from, {signal: c.signal})] as const),
	);
	return {
		commit,
		...(trustsAuthority(c.settings) && {caOnNodes: c.settings.caOnNodes}),
		...(changes && {localChanges: await hashesOf(c, changes)}),
		arguments: Object.fromEntries(argEntries(c.settings).filter(([name]) => !leftOut.includes(name))),
		content: await overlayInputs(c, {overlayFolder, firmware: c.results.firmware ?? []}),
		ownFiles: Object.fromEntries(own),
	};
}
