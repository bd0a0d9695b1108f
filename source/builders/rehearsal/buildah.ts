import {ToolError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import type {Command, CommandResult} from '../../host/processes.ts';
import {confined, ownMounts} from './namespaces.ts';

type Options = Omit<Command, 'program' | 'args'>;

/** Runs buildah on the local container storage. For short questions; what builds or mounts goes through `confinedBuildah`. */
export async function buildah(host: Host, args: readonly string[], options: Options): Promise<CommandResult> {
	return runPrefixed(host, ownMounts(host), ['buildah', ...args], options);
}

/** Runs buildah so that its mounts and all its children end with it. `prefix` replaces the usual confinement. */
export async function confinedBuildah(
	host: Host,
	args: readonly string[],
	{prefix = confined(host), ...options}: Options & {prefix?: readonly string[]},
): Promise<CommandResult> {
	return runConfined(host, ['buildah', ...args], {prefix, ...options});
}

/** Runs any program so, with the environment that buildah needs in case the program calls it. */
export async function runConfined(
	host: Host,
	argv: readonly string[],
	{prefix = confined(host), ...options}: Options & {prefix?: readonly string[]},
): Promise<CommandResult> {
	// The first process of a process namespace doesn't hear SIGTERM; nothing in it has anything to save.
	return withoutRuntimeTraces(host, () => runPrefixed(host, prefix, argv, {...options, graceMs: 300}));
}

/**
 * Does work that runs steps in chroot isolation. There buildah's own helper has the environment of the step, without our
 * XDG_RUNTIME_DIR, and an ordinary user is left with folders in /tmp; those that were not there before are removed.
 */
async function withoutRuntimeTraces<T>(host: Host, work: () => Promise<T>): Promise<T> {
	const {uid} = host.machine.user;
	if (uid === 0) return work();
	const traces = [`/tmp/containers-user-${uid}`, `/tmp/podman-run-${uid}`];
	const before = await Promise.all(traces.map(path => host.files.exists(path)));
	try {
		return await work();
	} finally {
		for (const path of traces.filter((_, index) => !before[index])) {
			await host.files.remove(path, '/tmp').catch(() => undefined);
		}
	}
}

async function runPrefixed(host: Host, prefix: readonly string[], argv: readonly string[], options: Options) {
	const wanted = argv[0] ?? '';
	// Behind a prefix a missing program would only be an exit code of the prefix.
	const [program = '', ...args] = (await host.which(wanted)) ? [...prefix, ...argv] : argv;
	const env = {...(await storageEnv(host, options.signal)), ...options.env};
	return host.run({...options, program, args, env}).catch(error => {
		throw error instanceof ToolError ? namedAfter(error, program, wanted) : error;
	});
}

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

/** Exit codes of a question whose answer may be no: 125 is "no such image or container", in older versions 1. */
export const orMissing = [0, 1, 125];

/** The id of the image of that name; undefined when there is none. */
export async function imageIdOf(
	{host, signal}: {host: Host; signal?: AbortSignal},
	name: string,
): Promise<string | undefined> {
	const args = ['inspect', '--type', 'image', '--format', '{{.FromImageID}}', name];
	const {exitCode, stdout} = await buildah(host, args, {signal, exitCodes: orMissing, what: `Looking for ${name}`});
	return exitCode === 0 ? stdout.trim() : undefined;
}

// What buildah sets where it isn't told otherwise (RLimitDefaultValue in its source).
const buildahsLimit = 1_048_576;

/**
 * Options of `buildah bud` and `buildah from`: the limits of our own processes. buildah would raise lower ones, which
 * ends a build where that isn't allowed (containers, small virtual machines).
 */
export function limitOptions({machine: {limits}}: Pick<Host, 'machine'>): readonly string[] {
	return [['nproc', limits.processes] as const, ['nofile', limits.openFiles] as const].flatMap(([name, hard]) =>
		hard === undefined || hard >= buildahsLimit ? [] : [`--ulimit=${name}=${hard}:${hard}`],
	);
}

const envOfHost = new WeakMap<Host, Record<string, string>>();

/**
 * Environment for buildah: the storage driver where the configured one doesn't work. The
 * configured one comes first, so that images are where this person's other programs see them; vfs needs nothing.
 */
export async function storageEnv(host: Host, signal?: AbortSignal): Promise<Record<string, string>> {
	const known = envOfHost.get(host);
	if (known) return known;
	const candidates: Record<string, string>[] = [{}, {STORAGE_DRIVER: 'vfs'}];
	for (const env of candidates) {
		const [program = '', ...args] = [...ownMounts(host), 'buildah', 'info'];
		const works = await host.run({program, args, env, signal, what: 'Looking at container storage'}).then(
			() => true,
			() => false,
		);
		signal?.throwIfAborted();
		if (!works) continue;
		envOfHost.set(host, env);
		return env;
	}
	// Nothing is remembered: buildah may be installed later by `doctor --fix`.
	return {};
}

/** Folder of the container storage, or undefined when it can't be told. */
export async function storageFolder(host: Host, signal?: AbortSignal): Promise<string | undefined> {
	const {stdout} = await buildah(host, ['info', '--format', '{{.store.GraphRoot}}'], {
		signal,
		what: 'Looking at container storage',
	});
	return stdout.trim() || undefined;
}
