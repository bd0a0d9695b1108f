import {checkDaemon} from '../builders/canvos/docker/daemon-checks.ts';
import {listRemote} from '../builders/canvos/source/git-remote.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {loadSettings} from './load-settings.ts';

const patienceMs = 5000;

/** The first reason that stands between this machine and a build with CanvOS, in a few words; undefined when there is none. */
export async function missingForReal(invocation: Invocation): Promise<string | undefined> {
	const {host, workspace} = invocation;
	const {settings: given} = await loadSettings(invocation);
	const settings = withAbsolutePaths({...given, builder: 'canvos'}, pathBase(invocation));
	const {signal} = new AbortController();
	const c = {host, workspace, settings, signal};
	const [{info}, network] = await Promise.all([
		checkDaemon({...c, build: true, smokeTest: false}),
		listRemote(c, ['HEAD'], {timeoutMs: patienceMs}).then(
			() => true,
			() => false,
		),
	]);
	if (info === undefined) return (await host.which('docker')) ? 'Docker does not answer' : 'Docker is not installed';
	return network ? undefined : 'The source of CanvOS cannot be reached';
}
