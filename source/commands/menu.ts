import type {Invocation} from '../app/invocation.ts';
import {loadStartSettings} from '../app/load-settings.ts';
import {listRuns} from '../app/past-runs.ts';
import {listPresets} from '../app/preset-files.ts';
import {createAppActions} from '../app/real-actions.ts';
import {dropWhenPassed} from '../app/wizard-drafts.ts';
import {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {wholeRun} from '../pipeline/step.ts';
import {runOnScreens} from '../run-on-screens.ts';

/**
 * `edge-builder` without a command: the menu; the first time, the wizard. On screens, or as lines one below the other
 * where screens aren't wanted.
 * @throws {FixableError} without a terminal, telling how to run unattended.
 */
export async function openMenu(invocation: Invocation): Promise<ExitCode> {
	const {stdin, stdout, env, output} = invocation;
	if (output === 'json' || !stdin.isTTY || !stdout.isTTY) {
		throw new FixableError('no-terminal', 'The menu needs a terminal', {
			hint: `Unattended: ${ownCommand('build --preset rehearsal --yes')} (all commands: ${ownCommand('--help')})`,
			exit: 'usage',
		});
	}
	const initial = (await isFirstTime(invocation)) ? 'wizard' : 'menu';
	if (output === 'screens') return runOnScreens(invocation, initial);
	const [{runPrompts}, {runStepsPlainly}, {runsReplay}] = await Promise.all([
		import('../prompts/run-prompts.ts'),
		import('../app/lazy-imports.ts'),
		import('./index.ts'),
	]);
	const {actions} = createAppActions(invocation);
	return runPrompts(actions, {
		initial,
		dumb: env.TERM === 'dumb',
		input: stdin,
		output: stdout,
		async runPlainly(start) {
			const loaded = await loadStartSettings(invocation, start);
			const exitCode = await runStepsPlainly(invocation, {loaded, options: wholeRun});
			await dropWhenPassed(actions, start, {exitCode});
			return exitCode;
		},
		async replayPlainly(id) {
			await runsReplay(invocation, id, {});
		},
	});
}

async function isFirstTime(invocation: Invocation) {
	const [runs, presets] = await Promise.all([listRuns(invocation), listPresets(invocation)]);
	return runs.length === 0 && presets.every(({builtIn}) => builtIn);
}
