import {Command, CommanderError, Option} from 'commander';
import type {Invocation} from './app/invocation.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {type Cleanable, cleanable} from './pipeline/workspace.ts';
import {addPresetCommands, addRunCommands, type MakeCommand} from './record-commands.ts';
import {withBuildFlags, withSettings} from './setting-flags.ts';
import {didYouMean} from './text/similarity.ts';

/** What a command does when it is called. */
export type Call = (invocation: Invocation) => Promise<ExitCode>;

/** Where help and mistakes are written. */
export type Write = {out(text: string): void; err(text: string): void};

type Register = (run: Call | undefined, command: Command) => void;

/** Every command with its flags and help; `register` gets what was called, undefined for the menu. */
export function createProgram(version: string, write: Write, register: Register) {
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

	const command: MakeCommand = (name, description, call) =>
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
				register(async invocation => call(await import('./commands/index.ts'), invocation, own.args, own.opts()), own);
			});
	program.addCommand(
		withSettings(
			withBuildFlags(command('build', 'The whole pipeline of a preset', (run, i, _, flags) => run.build(i, flags)))
				.option('--demo', 'play an example of a build, which needs nothing and builds nothing')
				.option('--detach', 'in the background, where it outlives this terminal'),
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
				flags.network ? run.infoNetwork(i) : run.info(i, flags),
			)
				.option('--all', 'every setting')
				.option('--network', 'every place that a build fetches from, and the setting that names another'),
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
			command('verify', 'What is inside image and ISO', (run, i, [what, file]) =>
				run.verify(i, what === 'image' || what === 'iso' ? what : 'both', file),
			)
				.addArgument(new Command().createArgument('[what]', 'only one of the two').choices(['image', 'iso']))
				.argument('[file]', 'any ISO, measured by what it says of itself'),
		),
	);
	program.addCommand(
		withSettings(
			command('smoke-test', 'Boots the ISO and asks the guest', (run, i, [file]) => run.smokeTest(i, file)).argument(
				'[file]',
				'any ISO, measured by what its live system says of itself',
			),
		),
	);
	program.addCommand(
		withSettings(
			command('console', "The VM's serial console in this terminal", (run, i, [file]) =>
				run.consoleCommand(i, file),
			).argument('[file]', 'any ISO; otherwise that of the settings, or the newest'),
		),
	);
	program.addCommand(
		withSettings(
			command('clean', 'Shows sizes, asks, removes what was chosen', (run, i, words) =>
				run.clean(i, {what: words as readonly Cleanable[]}),
			).addArgument(new Command().createArgument('[what...]', 'what to remove').choices(cleanable)),
		),
	);
	program.addCommand(
		command('nodeprep', 'The script that prepares the cards of a node, as images have it', (run, i, _, flags) =>
			run.nodeprep(i, flags),
		).option('--output <file>', 'write it there instead of standard output'),
	);

	addPresetCommands(program, command);
	addRunCommands(program, command);
	return program;
}

/** Answers a word where a command of `group` should stand: `help`, or one that there isn't. Never returns. */
function answerWord(write: Write, group: Command): never {
	const [word = '', about] = group.args;
	const command = (name: string | undefined) => group.commands.find(known => known.name() === name);
	if (word === 'help') return (command(about) ?? group).help();
	const meant = didYouMean(
		word,
		group.commands.map(known => known.name()),
	);
	const named = group.parent ? `${group.name()} ${word}` : word;
	return refuse(write, `There is no command ${JSON.stringify(named)}.${meant ? ` Did you mean ${meant}?` : ''}`);
}

/** Ends the reading of a command line with a mistake. @throws {CommanderError} always */
export function refuse(write: Write, message: string): never {
	write.err(`error: ${message}\n`);
	throw new CommanderError(exitCodes.usage, 'edge-builder.refused', message);
}
