import {type Command, InvalidArgumentError, Option} from 'commander';
import type {Invocation} from './app/invocation.ts';
import type {ExitCode} from './exit-codes.ts';
import {withBuildFlags, withSettings} from './setting-flags.ts';

type Commands = typeof import('./commands/index.ts');

/** Makes a command of the table; `call` gets all commands, and what was written behind this one. */
export type MakeCommand = (
	name: string,
	description: string,
	call: (run: Commands, i: Invocation, words: readonly string[], flags: Record<string, unknown>) => Promise<ExitCode>,
) => Command;

const forMe = ['--for-me', 'among your own presets, for every workspace'] as const;

/** Everything that is done with presets. */
export function addPresetCommands(program: Command, command: MakeCommand) {
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
				.option('--description <text>', 'what it is for')
				.option(...forMe),
		),
	);
	presets.addCommand(
		command('import', 'A preset or a .arg of CanvOS as a preset', (run, i, [from = ''], flags) =>
			run.presetsImport(i, from, flags),
		)
			.argument('<from>', 'file or https address')
			.option('--name <name>', 'what it is called here')
			.option(...forMe),
	);
	presets.addCommand(
		command('export', 'One preset as a file for others', (run, i, [name = ''], flags) =>
			run.presetsExport(i, name, flags),
		)
			.argument('<name>')
			.option('--output <file>', 'write it there instead of standard output')
			.option('--arg', 'the .arg that CanvOS gets from it')
			.addOption(new Option('--pipeline <service>', 'a CI pipeline that builds it').choices(['github', 'gitlab'])),
	);
	presets.addCommand(
		command('diff', 'What differs between two', (run, i, [before = '', after = '']) =>
			run.presetsDiff(i, before, after),
		)
			.argument('<before>')
			.argument('<after>'),
	);
	presets.addCommand(
		command('rename', 'Give one another name', (run, i, [name = '', to = '']) => run.presetsRename(i, name, to))
			.argument('<name>')
			.argument('<to>'),
	);
	presets.addCommand(
		command('duplicate', 'Another one like it', (run, i, [name = '', copy = ''], flags) =>
			run.presetsDuplicate(i, name, copy, flags),
		)
			.argument('<name>')
			.argument('<copy>')
			.option(...forMe),
	);
	presets.addCommand(
		command('validate', 'Whether a build would take them', (run, i, names) => run.presetsValidate(i, names)).argument(
			'[name...]',
			'presets (default: all)',
		),
	);
	presets.addCommand(
		command('delete', 'Delete one', (run, i, [name = '']) => run.presetsDelete(i, name)).argument('<name>'),
	);
	presets.addCommand(
		command('restore', 'Bring back the one that was deleted', (run, i, [name = '']) =>
			run.presetsRestore(i, name),
		).argument('<name>'),
	);
	program.addCommand(presets);
}

/** Everything that is done with past runs. */
export function addRunCommands(program: Command, command: MakeCommand) {
	const runs = command('runs', 'Past runs', (run, i) => run.runsList(i)).allowExcessArguments();
	runs.addCommand(command('list', 'All runs, newest first', (run, i) => run.runsList(i)));
	runs.addCommand(
		command('show', 'How one ended', (run, i, [id = '']) => run.runsShow(i, id)).argument('<id>', 'run, or "last"'),
	);
	runs.addCommand(
		command(
			'replay',
			'A run again: played on screens, with pause, seeking and speeds, or in lines',
			(run, i, [id = ''], flags) => run.runsReplay(i, id, {pace: flags.pace as number | undefined}),
		)
			.argument('<id>', 'run, or "last"')
			.option(
				'--pace <factor>',
				'1 as it was, 10 ten times as fast (default: played in about a minute, lines at once)',
				positiveNumber,
			),
	);
	runs.addCommand(
		command('attach', 'Watch one of another terminal; leaving it does not stop it', (run, i, [id]) =>
			run.runsAttach(i, id),
		).argument('[id]', 'run (default: the one that goes on)'),
	);
	runs.addCommand(
		command('stop', 'Stop one of another terminal; twice does not wait', (run, i, [id]) =>
			run.runsStop(i, id),
		).argument('[id]', 'run (default: the one that goes on)'),
	);
	runs.addCommand(
		command('diff', 'What differs between two', (run, i, [before = '', after = '']) => run.runsDiff(i, before, after))
			.argument('<before>', 'run, or "last"')
			.argument('<after>', 'run, or "last"'),
	);
	runs.addCommand(
		withBuildFlags(
			command('again', 'The same once more', (run, i, [id = ''], flags) => run.runsAgain(i, id, flags)),
		).argument('<id>', 'run, or "last"'),
	);
	runs.addCommand(
		command('report', 'Where the report of one is', (run, i, [id = ''], flags) => run.runsReport(i, id, flags))
			.argument('<id>', 'run, or "last"')
			.option('--open', 'open it, where there is a display'),
	);
	runs.addCommand(
		command('delete', 'Delete the records of some', (run, i, ids) => run.runsDelete(i, ids)).argument(
			'<id...>',
			'runs',
		),
	);
	program.addCommand(runs);
}

function positiveNumber(text: string) {
	const value = Number(text);
	if (value > 0 && Number.isFinite(value)) return value;
	throw new InvalidArgumentError('Give a number above 0.');
}
