import type {Host} from '../../host/host.ts';
import type {Command, CommandResult} from '../../host/processes.ts';
import {confined} from './namespaces.ts';

type Options = Omit<Command, 'program' | 'args'>;

/** Runs buildah on the local container storage. For short questions; what builds or mounts goes through `confinedBuildah`. */
export const buildah = async (host: Host, args: readonly string[], options: Options): Promise<CommandResult> =>
	host.run({...options, program: 'buildah', args, env: {...(await storageEnv(host)), ...options.env}});

/** Runs buildah so that its mounts and all its children end with it. `prefix` replaces the usual confinement. */
export const confinedBuildah = async (
	host: Host,
	args: readonly string[],
	{prefix = confined(host), ...options}: Options & {prefix?: readonly string[]},
): Promise<CommandResult> => runConfined(host, ['buildah', ...args], {prefix, ...options});

/** Runs any program so, with the environment that buildah needs in case the program calls it. */
export const runConfined = async (
	host: Host,
	argv: readonly string[],
	{prefix = confined(host), ...options}: Options & {prefix?: readonly string[]},
): Promise<CommandResult> => {
	const [program = '', ...args] = [...prefix, ...argv];
	return host.run({
		...options,
		program,
		args,
		env: {...(await storageEnv(host)), ...options.env},
		// The first process of a process namespace doesn't hear SIGTERM; nothing in it has anything to save.
		graceMs: 300,
	});
};

const envOfHost = new WeakMap<Host, Record<string, string>>();

/** Environment that picks a storage driver which works here: the configured one, else vfs, which needs nothing. */
export const storageEnv = async (host: Host): Promise<Record<string, string>> => {
	const known = envOfHost.get(host);
	if (known) return known;
	const choices: Record<string, string>[] = [{}, {STORAGE_DRIVER: 'vfs'}];
	for (const env of choices) {
		const works = await host.run({program: 'buildah', args: ['info'], env, what: 'Looking at container storage'}).then(
			() => true,
			() => false,
		);
		if (!works) continue;
		envOfHost.set(host, env);
		return env;
	}
	// Nothing is remembered: buildah may be installed later by `doctor --fix`.
	return {};
};

/** Folder of the container storage, or undefined when it can't be told. */
export const storageFolder = async (host: Host, signal?: AbortSignal): Promise<string | undefined> => {
	const {stdout} = await buildah(host, ['info', '--format', '{{.store.GraphRoot}}'], {
		signal,
		what: 'Looking at container storage',
	});
	return stdout.trim() || undefined;
};
