import {ToolError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import type {Command, CommandResult} from '../../host/processes.ts';
import {confined, ownMounts} from './namespaces.ts';
import {withoutRuntimeTraces} from './runtime-traces.ts';

type Options = Omit<Command, 'program' | 'args'>;

/** Runs buildah on the local container storage. For short questions; what builds or mounts goes through `confinedBuildah`. */
export const buildah = async (host: Host, args: readonly string[], options: Options): Promise<CommandResult> =>
	runPrefixed(host, ownMounts(host), ['buildah', ...args], options);

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
): Promise<CommandResult> =>
	// The first process of a process namespace doesn't hear SIGTERM; nothing in it has anything to save.
	withoutRuntimeTraces(host, () => runPrefixed(host, prefix, argv, {...options, graceMs: 300}));

const runPrefixed = async (host: Host, prefix: readonly string[], argv: readonly string[], options: Options) => {
	const wanted = argv[0] ?? '';
	// Behind a prefix a missing program would only be an exit code of the prefix.
	const [program = '', ...args] = (await host.which(wanted)) ? [...prefix, ...argv] : argv;
	const env = {...(await storageEnv(host)), ...options.env};
	return host.run({...options, program, args, env}).catch(error => {
		throw error instanceof ToolError ? namedAfter(error, program, wanted) : error;
	});
};

// The prefix hands on the exit code of what it ran; a message about the prefix would lead astray.
const namedAfter = (error: ToolError, prefix: string, wanted: string) =>
	new ToolError(wanted, error.message.replace(`: ${prefix} `, `: ${wanted} `), {
		hint: error.hint,
		log: error.log,
		exit: error.exit,
		exitCode: error.exitCode,
		killedBy: error.killedBy,
		lastLines: error.lastLines,
		cause: error.cause,
	});

const envOfHost = new WeakMap<Host, Record<string, string>>();

/**
 * Environment for buildah: the storage driver where the configured one doesn't work. The
 * configured one comes first, so that images are where this person's other programs see them; vfs needs nothing.
 */
export const storageEnv = async (host: Host): Promise<Record<string, string>> => {
	const known = envOfHost.get(host);
	if (known) return known;
	const candidates: Record<string, string>[] = [{}, {STORAGE_DRIVER: 'vfs'}];
	for (const env of candidates) {
		const [program = '', ...args] = [...ownMounts(host), 'buildah', 'info'];
		const works = await host.run({program, args, env, what: 'Looking at container storage'}).then(
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
