import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';
import {type Cleanable, cleanable} from './commands/cleanable.ts';
import type {Invocation} from './commands/invocation.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {takesSettings, withSettings} from './setting-flags.ts';
import {fieldList} from './settings/fields.ts';
import {didYouMean} from './settings/spelling.ts';

/** What the words of a command line say, before anything is known of the machine. */
export type CommandLine = {
	/** Flags of settings, as they were given. */
	flags: Readonly<Record<string, string>>;
	/** `NAME=value` arguments. */
	assignments: readonly string[];
	options: GlobalOptions;
	/** Absent where only help or the version was asked for; undefined `run` opens the menu. */
	run?: (invocation: Invocation) => Promise<ExitCode>;
	/** Ended already: help, version or a mistake. */
	ended?: {exitCode: ExitCode};
};

export type GlobalOptions = {
	workspace?: string;
	preset?: string;
	plain?: boolean;
	json?: boolean;
	quiet?: boolean;
	yes?: boolean;
	dryRun?: boolean;
};

type Write = {out(text: string): void; err(text: string): void};

/** Reads a command line. Help, the version and mistakes are written by `write`, and end it. */
export const readCommandLine = (words: readonly string[], version: string, write: Write): CommandLine => {
	const assignments = words.filter(isAssignment);
	const line: CommandLine = {flags: {}, assignments, options: {}};
	const program = createProgram(version, write, (run, command) => {
		const [name] = assignments.map(word => word.replace(/=.*$/s, ''));
		if (name !== undefined && !takesSettings(command))
			refuse(write, `${command.name()} takes no settings, such as ${name}.`);
		const given = command.optsWithGlobals();
		line.run = run;
		line.options = given;
		line.flags = Object.fromEntries(
			fieldList.filter(({key}) => given[key] !== undefined).map(({key}) => [key, String(given[key])]),
		);
	});
	try {
		program.parse(
			words.filter(word => !isAssignment(word)),
			{from: 'user'},
		);
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		line.ended = {exitCode: error.exitCode === 0 ? exitCodes.done : exitCodes.usage};
	}
	return line;
};

// A flag's value may contain "=" too, but never looks like a Make variable: NAME=.
const isAssignment = (word: string) => /^[A-Z][A-Z0-9_]*=/.test(word);

const refuse = (write: Write, message: string): never => {
	write.err(`error: ${message}\n`);
	throw new CommanderError(exitCodes.usage, 'edge-builder.refused', message);
};

type Commands = typeof import('./commands/work.ts');
const positiveNumber = (text: string) => {
	const value = Number(text);
	if (value > 0 && Number.isFinite(value)) return value;
	throw new InvalidArgumentError('Give a number above 0.');
};

type Register = (run: CommandLine['run'], command: Command) => void;

const createProgram = (version: string, write: Write, register: Register) => {
	const program = new Command('edge-builder')
		.description(
			'Builds, verifies and boot-tests Kairos edge images with NVIDIA DOCA and BlueField firmware.\n' +
				'Without a command it opens the menu.',
		)
		.version(version, '--version')
		.exitOverride()
		.configureOutput({writeOut: write.out, writeErr: write.err})
		.showSuggestionAfterError()
		.allowExcessArguments()
		.option('--workspace <dir>', 'folder to work in (default: the current one)')
		.option('--plain', 'readable lines instead of screens')
		.option('--json', 'one JSON object a line on standard output')
		.option('--quiet', 'only endings and failures')
		.option('--yes', 'agree to everything that would be asked')
		.action((_, command) => {
			if (command.args.length > 0) answerWord(write, command);
			register(undefined, command);
		});

	const command = (
		name: string,
		description: string,
		call: (run: Commands, i: Invocation, words: readonly string[], flags: Record<string, unknown>) => Promise<ExitCode>,
	) =>
		new Command(name)
			.description(description)
			.exitOverride()
			.configureOutput({writeOut: write.out, writeErr: write.err})
			.configureHelp({showGlobalOptions: true})
			.showSuggestionAfterError()
			.allowExcessArguments(false)
			.action((...given: unknown[]) => {
				const own = given.at(-1) as Command;
				if (own.commands.length > 0 && own.args.length > 0) answerWord(write, own);
				// Loaded when one is called: all that they need takes longer to load than the menu takes to appear.
				register(async invocation => call(await import('./commands/work.ts'), invocation, own.args, own.opts()), own);
			});
	program.addCommand(
		withSettings(
			command('build', 'The whole pipeline of a preset', (run, i, _, flags) => run.build(i, flags))
				.addOption(new Option('--only <what>', 'only one of the two').choices(['provider-image', 'installer-iso']))
				.option('--push', 'push the provider image after verification')
				.option('--no-smoke-test', 'do not boot the ISO')
				.option('--fresh', 'run every step, changed or not')
				.option('--dry-run', 'show the plan and do nothing'),
		),
	);
	program.addCommand(
		withSettings(
			command('doctor', 'Every check of this machine at once', (run, i, _, flags) => run.doctor(i, flags)).option(
				'--fix',
				'install what is missing, after asking',
			),
		),
	);
	program.addCommand(
		withSettings(
			command('info', 'Settings, where each came from, and the names of the outputs', (run, i, _, flags) =>
				run.info(i, flags),
			).option('--all', 'every setting'),
		),
	);
	program.addCommand(
		withSettings(
			command('download', 'Firmware into redist/', (run, i, _, flags) => run.download(i, flags))
				.addOption(new Option('--only <what>', 'only one of the two').choices(['doca-host', 'bfb']))
				.option('--limit-rate <rate>', 'at most so many bytes a second, such as 500K or 10M')
				.option('--verify', 'fetch nothing; read what is there and say whether it is right')
				.option('--bundle <file>', 'also pack firmware, lock file and CanvOS into one file')
				.option('--from-bundle <file>', 'check and unpack such a file on a machine without internet'),
		),
	);
	program.addCommand(
		withSettings(
			command('setup', 'The source tree with overlay, firmware and .arg, kept', (run, i, _, flags) =>
				run.setup(i, flags),
			)
				.option('--diff', 'only print what the overlay changes in CanvOS')
				.option('--check-release <release...>', 'only say whether the overlay fits these releases, or "all"'),
		),
	);
	program.addCommand(
		withSettings(
			command('verify', 'What is inside image and ISO', (run, i, [what]) =>
				run.verify(i, what === 'image' || what === 'iso' ? what : 'both'),
			).addArgument(new Command().createArgument('[what]', 'only one of the two').choices(['image', 'iso'])),
		),
	);
	program.addCommand(
		withSettings(command('smoke-test', 'Boots the ISO and asks the guest', (run, i) => run.smokeTestAlone(i))),
	);
	program.addCommand(
		withSettings(command('console', "The VM's serial console in this terminal", (run, i) => run.consoleCommand(i))),
	);
	program.addCommand(
		withSettings(
			command('clean', 'Shows sizes, asks, removes what was chosen', (run, i, words) =>
				run.clean(i, {what: words as readonly Cleanable[]}),
			).addArgument(new Command().createArgument('[what...]', 'what to remove').choices(cleanable)),
		),
	);

	const presets = command('presets', 'Saved answers', (run, i) => run.presetsList(i)).allowExcessArguments();
	presets.addCommand(command('list', 'All presets', (run, i) => run.presetsList(i)));
	presets.addCommand(
		command('show', 'One preset', (run, i, [name = '']) => run.presetsShow(i, name)).argument('<name>'),
	);
	presets.addCommand(
		withSettings(
			command('save', 'Flags, arguments and environment as a preset', (run, i, [name = ''], flags) =>
				run.presetsSave(i, name, flags),
			)
				.argument('<name>')
				.option('--description <text>', 'what it is for'),
		),
	);
	presets.addCommand(
		command('delete', 'Delete one', (run, i, [name = '']) => run.presetsDelete(i, name)).argument('<name>'),
	);
	program.addCommand(presets);

	const runs = command('runs', 'Past runs', (run, i) => run.runsList(i)).allowExcessArguments();
	runs.addCommand(command('list', 'All runs, newest first', (run, i) => run.runsList(i)));
	runs.addCommand(
		command('show', 'How one ended', (run, i, [id = '']) => run.runsShow(i, id)).argument('<id>', 'run, or "last"'),
	);
	runs.addCommand(
		command('replay', 'The lines of a run again', (run, i, [id = ''], flags) =>
			run.runsReplay(i, id, {pace: flags.pace as number | undefined}),
		)
			.argument('<id>', 'run, or "last"')
			.option('--pace <factor>', '1 as it was, 10 ten times as fast (default: at once)', positiveNumber),
	);
	program.addCommand(runs);
	return program;
};

/** Answers a word where a command of `group` should stand: `help`, or one that there isn't. Never returns. */
const answerWord = (write: Write, group: Command): never => {
	const [word = '', about] = group.args;
	const command = (name: string | undefined) => group.commands.find(known => known.name() === name);
	if (word === 'help') return (command(about) ?? group).help();
	const meant = didYouMean(
		word,
		group.commands.map(known => known.name()),
	);
	const named = group.parent ? `${group.name()} ${word}` : word;
	return refuse(write, `There is no command ${JSON.stringify(named)}.${meant ? ` Did you mean ${meant}?` : ''}`);
};
