import {type Command, Option} from 'commander';
import {fieldList} from './settings/fields.ts';

/** Gives a command a flag for every setting, from the table of settings, and `--preset`. */
export function withSettings(command: Command): Command {
	command.option('--preset <name>', 'preset to start from, by name or path');
	for (const {flag, key, question, expert, choices, kind} of fieldList) {
		const option = new Option(kind.is === 'yes-no' ? `--${flag} [yes|no]` : `--${flag} <value>`, question);
		if (choices && kind.is === 'choice')
			option.description = `${question} (${choices.map(({value}) => value).join(', ')})`;
		option.attributeName = () => key;
		// commander takes --no-proxy for the opposite of --proxy.
		option.negate = false;
		command.addOption(expert ? option.hideHelp() : option);
	}
	return command.addHelpText(
		'after',
		'\nEvery setting can also be given as NAME=value; docs/settings.md lists all of them.',
	);
}

/** Gives a command the flags that say how a build goes. */
export const withBuildFlags = (command: Command): Command =>
	command
		.addOption(new Option('--only <what>', 'only one of the two').choices(['provider-image', 'installer-iso']))
		.option('--push', 'push the provider image after verification')
		.option('--no-smoke-test', 'do not boot the ISO')
		.option('--fresh', 'run every step, changed or not')
		.option('--dry-run', 'show the plan and do nothing');

/** Whether a command reads settings: one that got their flags, or the program itself, whose menu does. */
export const takesSettings = (command: Command): boolean =>
	command.parent === null || fieldList.every(({key}) => command.options.some(option => option.attributeName() === key));
