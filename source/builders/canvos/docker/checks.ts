import {FixableError} from '../../../errors.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import type {Settings} from '../../../settings/settings.ts';
import type {HostCheckContext} from '../../builder.ts';
import {hostOf} from '../earthly/registries.ts';
import {containerCacheVolume} from '../earthly/runners/container.ts';
import {runners} from '../earthly/runners/index.ts';
import {managedBuildkit} from '../earthly/runners/managed.ts';
import {loginPlaces, resolveLogins} from './credentials.ts';
import {judgeCgroups, judgeMemory, judgeStorage, judgeVersion} from './daemon-properties.ts';
import {type DockerInfo, dockerInfo} from './info.ts';
import {checkPrivileged} from './privileged-probe.ts';
import {requestRegistry} from './registry-request.ts';
import {judgeSpace, type Room} from './space.ts';

/** Every check of Docker and of the chosen runner at once; never throws at the person. */
export const dockerChecks = async (c: HostCheckContext): Promise<CheckResult[]> => {
	const daemon = await checkDaemon(c);
	if (!daemon.info) return daemon.checks;
	const {info} = daemon;
	const needsPrivileged = c.settings.runner !== 'remote';
	const results = await Promise.all([
		judgeVersion(info),
		judgeCgroups(info),
		judgeStorage(info),
		judgeMemory(info, c.host.machine.memoryBytes),
		...(needsPrivileged ? [checkPrivileged(c)] : []),
		checkSpace(c, info),
		checkLogins(c),
		checkImageRegistry(c),
		checkCache(c),
		runners[c.settings.runner].checks(c),
	]);
	return [...daemon.checks, ...results.flat()];
};

const daemonCheck = {
	id: 'docker',
	title: 'Docker daemon answers',
	why: 'Earthly and BuildKit run in containers.',
} as const;

const checkDaemon = async (c: HostCheckContext): Promise<{checks: CheckResult[]; info?: DockerInfo}> => {
	try {
		const answer = await dockerInfo(c);
		if ('info' in answer) {
			const {ServerVersion, OperatingSystem} = answer.info;
			const detail = [`Docker ${ServerVersion}`, OperatingSystem].filter(Boolean).join(', ');
			return {checks: [{...daemonCheck, verdict: 'pass', detail}], info: answer.info};
		}
		const denied = /permission denied/i.test(answer.problem);
		const hint = denied
			? 'Add yourself to the group docker (`sudo usermod -aG docker $USER`) and log in again.'
			: 'Start it: `sudo systemctl start docker`.';
		return {checks: [{...daemonCheck, verdict: 'fail', detail: answer.problem, hint}]};
	} catch (error) {
		c.signal?.throwIfAborted();
		const missing = error instanceof FixableError && error.code === 'program-missing';
		const detail = error instanceof Error ? error.message : String(error);
		const hint = missing
			? 'Install Docker 24 or newer: https://docs.docker.com/engine/install/'
			: 'Look at the daemon’s log: `journalctl -u docker`.';
		return {checks: [{...daemonCheck, verdict: 'fail', detail, hint}]};
	}
};

const checkSpace = async (
	{host, settings, workspace}: HostCheckContext,
	{DockerRootDir = ''}: DockerInfo,
): Promise<CheckResult[]> => {
	const roomAt = async (path: string): Promise<Room> => ({path, ...(await host.disk(path))});
	const deviceOf = async (path: string) => (await host.files.info(path))?.device;
	const known = DockerRootDir !== '' && (await host.files.info(DockerRootDir)) !== undefined;
	const together = known && (await deviceOf(DockerRootDir)) === (await deviceOf(workspace.root));
	return judgeSpace(settings, {
		docker: known ? await roomAt(DockerRootDir) : undefined,
		workspace: await roomAt(workspace.root),
		together,
	});
};

const checkLogins = async (c: HostCheckContext): Promise<CheckResult> => {
	const check = {
		id: 'docker-logins',
		title: 'Registry logins reach the build',
		why: 'Credential helpers don’t work inside a container, so they are asked before the build.',
	} as const;
	const {helpers, problem} = await loginPlaces(c.host);
	if (problem !== undefined)
		return {...check, verdict: 'warn', detail: problem, hint: 'Correct the file, or log in again.'};
	const registry = hostOf(c.settings.imageRegistry);
	const {logins, problems} = await resolveLogins(c, [registry]);
	if (problems.length > 0)
		return {
			...check,
			verdict: 'warn',
			detail: problems.join('; '),
			hint: `Install the helper, or run \`docker login ${registry}\` again.`,
		};
	const from = helpers.length > 0 ? ` (through ${helpers.join(', ')})` : '';
	const count = Object.keys(logins).length;
	return {...check, verdict: 'pass', detail: count > 0 ? `login for ${registry}${from}` : `no login for ${registry}`};
};

const checkImageRegistry = async ({settings, signal}: HostCheckContext): Promise<CheckResult> => {
	const registry = hostOf(settings.spectroPubRepo) || 'us-docker.pkg.dev';
	const check = {
		id: 'image-registry',
		title: `${registry} can be reached`,
		why: 'Base image, Earthly and BuildKit come from there.',
	} as const;
	try {
		const {status} = await requestRegistry({
			url: `https://${registry}/v2/`,
			method: 'GET',
			proxy: settings,
			caFile: settings.caFile,
			signal,
		});
		// Asking for a login is an answer of a registry, too.
		if (status === 200 || status === 401 || status === 403) return {...check, verdict: 'pass'};
		return {
			...check,
			verdict: 'warn',
			detail: `it answers ${status}`,
			hint: 'Something between here and the registry answers in its place; check the proxy.',
		};
	} catch (error) {
		signal?.throwIfAborted();
		const {code, message} = error as NodeJS.ErrnoException;
		const hint =
			'With all images in Docker or in a mirror a build can still work; otherwise check the network, --https-proxy and --ca-file.';
		return {...check, verdict: 'warn', detail: code ?? message, hint};
	}
};

const cacheVolumes: Partial<Record<Settings['runner'], string>> = {
	managed: managedBuildkit.volume,
	container: containerCacheVolume,
};

const checkCache = async ({host, settings, signal}: HostCheckContext): Promise<CheckResult[]> => {
	const volume = cacheVolumes[settings.runner];
	if (volume === undefined) return [];
	const check = {id: 'build-cache', title: 'Build cache'} as const;
	try {
		const {stdout} = await host.run({
			program: 'docker',
			args: ['system', 'df', '--verbose', '--format', '{{range .Volumes}}{{.Name}} {{.Size}}{{"\\n"}}{{end}}'],
			timeoutMs: 20_000,
			signal,
		});
		const size = new RegExp(`^${volume} (\\S+)$`, 'm').exec(stdout)?.[1];
		const detail = size === undefined ? 'none yet: the first build takes longest' : `${size} in the volume ${volume}`;
		return [{...check, verdict: 'pass', detail}];
	} catch {
		signal?.throwIfAborted();
		return [{...check, verdict: 'skip', detail: 'its size could not be asked for'}];
	}
};
