import type {Invocation} from '../app/invocation.ts';
import {listRuns} from '../app/past-runs.ts';
import {hasOwnPresets} from '../app/preset-places.ts';
import {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {runOnScreens} from '../run-on-screens.ts';

/**
 * `edge-builder` without a command: the menu; the first time, where to begin. On screens, or as lines one below the other
 * where screens aren't wanted.
 * @throws {FixableError} without a terminal, telling how to run unattended.
 */
export async function openMenu(invocation: Invocation): Promise<ExitCode> {
	const {stdin, stdout, output} = invocation;
	if (output === 'json' || !stdin.isTTY || !stdout.isTTY) {
		throw new FixableError('no-terminal', 'The menu needs a terminal', {
			hint: `Unattended: ${ownCommand('build --preset rehearsal --yes')} (all commands: ${ownCommand('--help')})`,
			exit: 'usage',
		});
	}
	const opening = await openingFor(invocation);
	if (output === 'screens') return runOnScreens(invocation, opening);
	const {openMenuInLines} = await import('./menu-in-lines.ts');
	return openMenuInLines(invocation, opening === 'first-start' ? 'wizard' : 'menu');
}

async function openingFor(invocation: Invocation): Promise<'first-start' | 'before-first-build' | 'menu'> {
	const [runs, hasPresets] = await Promise.all([listRuns(invocation), hasOwnPresets(invocation)]);
	if (runs.length === 0 && !hasPresets) return 'first-start';
	return runs.some(({kind}) => kind === 'build') ? 'menu' : 'before-first-build';
}
