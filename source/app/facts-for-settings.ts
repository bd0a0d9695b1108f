import {join} from 'node:path';
import {storedLogins} from '../builders/canvos/docker/registry-logins.ts';
import {filesTaken} from '../builders/canvos/inputs/files-taken.ts';
import {missingSigningKeys} from '../builders/canvos/inputs/signing-keys.ts';
import {type ReleaseFacts, releaseFacts} from '../builders/canvos/source/release-facts.ts';
import type {Origin} from '../builders/canvos/source/release-tags.ts';
import {gatherFacts} from '../compatibility/gather-facts.ts';
import type {Facts} from '../compatibility/judge-settings.ts';
import {kvmFact} from '../machine/accelerator/kvm-availability.ts';
import {type RunOptions, wholeRun} from '../pipeline/step.ts';
import {parseBundle, parseHostPackage} from '../settings/doca-releases.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import type {Settings} from '../settings/settings.ts';
import type {KeptFirmware, WizardFacts} from '../wizard/wizard-state.ts';
import type {AppActions} from './actions.ts';
import {buildTimes} from './build-times.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {listRuns} from './past-runs.ts';

/** Facts to judge these settings by, with their paths as they were written. `release` is for those who ask the release themselves. */
export const factsFor = (
	{host, workspace}: Pick<Invocation, 'host' | 'workspace'>,
	settings: Settings,
	{push, smokeTest}: Pick<RunOptions, 'push' | 'smokeTest'>,
	release?: Promise<ReleaseFacts | undefined>,
): Promise<Facts> => {
	const c = {host, workspace, settings: withAbsolutePaths(settings, pathBase({host, workspace}))};
	return gatherFacts(settings, {
		host,
		paths: pathBase({host, workspace}),
		run: {push, smokeTest},
		release: release ?? (settings.builder === 'canvos' ? releaseFacts(c) : Promise.resolve(undefined)),
		filesTaken: () => filesTaken(c),
		missingSigningKeys: () => missingSigningKeys(c),
		dockerLogins: () => storedLogins(host),
		kvm: () => kvmFact(host, settings),
	});
};

/**
 * What the wizard may offer: what lies here, and what the chosen CanvOS release says of itself, as far as this machine knows.
 */
export async function learnFacts(
	invocation: Pick<Invocation, 'host' | 'workspace'>,
	{settings, tell, signal}: Parameters<AppActions['learnFacts']>[0],
): Promise<void> {
	const {host, workspace} = invocation;
	tell(await keptAndTook(invocation));
	if (settings.builder !== 'canvos') return;
	const c = {host, workspace, settings: withAbsolutePaths(settings, pathBase({host, workspace})), signal};
	const asked = releaseFacts(c);
	const [facts, release] = await Promise.all([factsFor(c, settings, wholeRun, asked), asked]);
	tell(facts, {
		version: release.kubernetesVersions
			? whereFrom[release.from]
			: 'Its versions are known once this release is fetched.',
	});
}

/** What lies in `redist/`, and how long builds took here. */
async function keptAndTook({host, workspace}: Pick<Invocation, 'host' | 'workspace'>): Promise<Partial<WizardFacts>> {
	const names = await host.files.list(workspace.redist).catch(() => []);
	const kept = await Promise.all(
		names.map(async (name): Promise<KeptFirmware[]> => {
			const kind = parseHostPackage(name) ? 'doca-host' : parseBundle(name) ? 'bfb' : undefined;
			const info = kind && (await host.files.info(join(workspace.redist, name)));
			return kind && info?.kind === 'file' ? [{name, kind, bytes: info.size}] : [];
		}),
	);
	return {keptFirmware: kept.flat(), tookMinutes: buildTimes(await listRuns({host, workspace}))};
}

const whereFrom: Record<Origin, string> = {
	cache: 'From the last fetch.',
	shipped: 'From the list that comes with edge-builder.',
};
