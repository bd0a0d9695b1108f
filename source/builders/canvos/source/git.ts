import type {Host} from '../../../host/host.ts';
import type {Command, CommandResult} from '../../../host/processes.ts';

export type GitContext = {host: Host; signal?: AbortSignal};

/**
 * Runs git for our own repositories: it asks nothing, starts nothing in the background, runs no hooks of the caller and
 * changes no line ends. Its words are English, so that they can be told apart.
 */
export const git = (
	{host, signal}: GitContext,
	args: readonly string[],
	more: Omit<Command, 'program' | 'args'> = {},
): Promise<CommandResult> =>
	host.run({
		what: 'git',
		signal,
		...more,
		program: 'git',
		args: [...quietConfig.flatMap(entry => ['-c', entry]), ...args],
		env: {...ownEnvironment, ...more.env},
	});

const quietConfig = [
	// A collection in the background would outlive the run.
	'gc.auto=0',
	'maintenance.auto=false',
	'core.hooksPath=/dev/null',
	'core.autocrlf=false',
	'core.fsmonitor=false',
	// Before git 2.26 the older one was the default, which refuses to hand out a commit that has no name.
	'protocol.version=2',
	// A connection that stands still for half a minute has ended.
	'http.lowSpeedLimit=1',
	'http.lowSpeedTime=30',
];

const ownEnvironment: Command['env'] = {
	LC_ALL: 'C',
	GIT_TERMINAL_PROMPT: '0',
	// Reading a partial clone of the caller must not fetch into it.
	GIT_NO_LAZY_FETCH: '1',
	// Set when we are started by a hook; they would point git at the caller's repository.
	...Object.fromEntries(
		['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_COMMON_DIR', 'GIT_NAMESPACE'].map(
			name => [name, undefined],
		),
	),
};
