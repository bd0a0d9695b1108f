import {CommanderError} from 'commander';
import {type Call, createProgram, refuse, type Write} from './command-table.ts';
import {type ExitCode, exitCodes} from './exit-codes.ts';
import {takesSettings} from './setting-flags.ts';
import {fieldList} from './settings/fields.ts';

/** What the words of a command line say, before anything is known of the machine. */
export type CommandLine = {
	/** Flags of settings, as they were given. */
	flags: Readonly<Record<string, string>>;
	/** `NAME=value` arguments. */
	assignments: readonly string[];
	options: GlobalOptions;
	/** Absent where only help or the version was asked for; undefined `run` opens the menu. */
	run?: Call;
	/** Ended already: help, version or a mistake, which was written as text; `hint` is what was probably meant. */
	ended?: {exitCode: ExitCode; mistake?: {message: string; hint?: string}};
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

/** Reads a command line. Help, the version and mistakes are written by `write`, and end it. */
export function readCommandLine(words: readonly string[], version: string, write: Write): CommandLine {
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
		line.ended =
			error.exitCode === 0 ? {exitCode: exitCodes.done} : {exitCode: exitCodes.usage, mistake: mistakeOf(error)};
	}
	return line;
}

// A flag's value may contain "=" too, but never looks like a Make variable: NAME=.
const isAssignment = (word: string) => /^[A-Z][A-Z0-9_]*=/.test(word);

function mistakeOf({message}: CommanderError) {
	const [said = '', hint] = message.replace(/^error: /, '').split('\n');
	return {message: said, hint: hint?.replace(/^\((.*)\)$/, '$1')};
}
