import {askReleases, knownReleases, type Origin, releaseFacts} from '../builders/canvos/releases.ts';
import type {AppActions} from '../tui/app-actions.ts';
import type {Invocation} from './invocation.ts';

const patienceMs = 5000;

/**
 * What the wizard may offer: CanvOS releases, and what the chosen one says of itself. What is known on this machine is
 * told at once; the source is asked for newer releases, for seconds at most.
 */
export const learnFacts = async (
	{host, workspace}: Pick<Invocation, 'host' | 'workspace'>,
	{settings, tell, signal}: Parameters<AppActions['learnFacts']>[0],
): Promise<void> => {
	if (settings.builder !== 'canvos') return;
	const c = {host, workspace, settings, signal};
	const [known, release] = await Promise.all([knownReleases(c), releaseFacts(c)]);
	const {kubernetesVersions, peVersion: earthfilePeVersion} = release;
	tell(
		{canvosReleases: known.releases, kubernetesVersions, earthfilePeVersion},
		{
			canvosRef: 'Asking the source for newer releases…',
			k8sVersion: kubernetesVersions ? whereFrom[release.from] : 'Its versions are known once this release is fetched.',
		},
	);
	try {
		tell({canvosReleases: await askReleases(c, {timeoutMs: patienceMs})}, {canvosRef: undefined});
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		tell({}, {canvosRef: `${whereFrom[known.from]} ${why}.`});
	}
};

const whereFrom: Record<Origin, string> = {
	cache: 'From the last fetch.',
	shipped: 'From the list that comes with the program.',
};
