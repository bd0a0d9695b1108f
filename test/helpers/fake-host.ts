import {createBacklog} from '../../source/host/backlog.ts';
import {elapsed} from '../../source/host/clock.ts';
import {realFiles} from '../../source/host/files.ts';
import type {Host} from '../../source/host/host.ts';
import {noJournal} from '../../source/host/journal.ts';
import type {Command, CommandResult} from '../../source/host/processes.ts';

/** A host whose files are real and whose programs are what the test says; unknown programs fail the test. */
export const fakeHost = (
	overrides: Partial<Omit<Host, 'run'>> & {
		run?: (command: Command) => Partial<CommandResult> | Promise<Partial<CommandResult>>;
		programs?: readonly string[];
	} = {},
): Host & {commands: Command[]} => {
	const commands: Command[] = [];
	const {run, programs = [], ...rest} = overrides;
	return {
		machine: {
			arch: 'amd64',
			os: {id: 'debian', versionId: '12', codename: 'bookworm', name: 'Debian GNU/Linux 12 (bookworm)'},
			cpus: 2,
			memoryBytes: 8 * 1024 ** 3,
			user: {uid: 1000, gid: 1000, name: 'builder', home: '/home/builder'},
			rootIsMounted: true,
			limits: {processes: 30_000, openFiles: 1_048_576},
		},
		env: {PATH: '/usr/bin:/bin', HOME: '/home/builder'},
		files: realFiles,
		journal: noJournal,
		backlog: createBacklog(),
		async run(command) {
			commands.push(command);
			if (!run) throw new Error(`The test did not expect ${command.program} ${command.args.join(' ')}`);
			return {exitCode: 0, stdout: '', stderr: '', ...(await run(command))};
		},
		start(command) {
			throw new Error(`The test did not expect ${command.program} to be started`);
		},
		async runOnTerminal(command) {
			commands.push(command);
			await run?.(command);
		},
		which: async program => (programs.includes(program) ? `/usr/bin/${program}` : undefined),
		disk: async () => ({freeBytes: 100e9, totalBytes: 200e9, freeInodes: 1e6}),
		sleep: async () => undefined,
		now: Date.now,
		elapsed,
		...rest,
		commands,
	};
};
