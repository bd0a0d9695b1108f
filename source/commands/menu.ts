import {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {Invocation} from './invocation.ts';
import {runOnScreens} from './screens.ts';

/**
 * `edge-builder` without a command: the menu; the first time, the wizard.
 * @throws {FixableError} without a terminal, telling how to run unattended.
 */
export const openMenu = async (invocation: Invocation): Promise<ExitCode> => {
	if (invocation.output === 'json' || !invocation.stdin.isTTY || !invocation.stdout.isTTY) {
		throw new FixableError('no-terminal', 'The menu needs a terminal', {
			hint: 'Unattended: edge-builder build --preset rehearsal --yes   (all commands: edge-builder --help)',
			exit: 'usage',
		});
	}
	return runOnScreens(invocation, {screen: 'start'});
};
