import {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import {createAppActions} from './app-actions.ts';
import type {Invocation} from './invocation.ts';
import {loadStartSettings} from './load-settings.ts';
import {listPresets} from './preset-files.ts';
import {listRuns} from './runs.ts';
import {runOnScreens} from './screens.ts';
import {wholeRun} from './whole-run.ts';

/**
 * `edge-builder` without a command: the menu; the first time, the wizard. On screens, or as lines one below the other
 * where screens aren't wanted.
 * @throws {FixableError} without a terminal, telling how to run unattended.
 */
export const openMenu = async (invocation: Invocation): Promise<ExitCode> => {
	const {stdin, stdout, env, output} = invocation;
	if (output === 'json' || !stdin.isTTY || !stdout.isTTY) {
		throw new FixableError('no-terminal', 'The menu needs a terminal', {
			hint: 'Unattended: edge-builder build --preset rehearsal --yes   (all commands: edge-builder --help)',
			exit: 'usage',
		});
	}
	const initial = (await isFirstTime(invocation)) ? 'wizard' : 'menu';
	if (output === 'screens') return runOnScreens(invocation, initial);
	const [{runPrompts}, {runStepsPlainly, runsReplay}] = await Promise.all([
		import('../prompts/run-prompts.ts'),
		import('./work.ts'),
	]);
	return runPrompts(createAppActions(invocation).actions, {
		initial,
		dumb: env.TERM === 'dumb',
		input: stdin,
		output: stdout,
		async runPlainly(start) {
			const loaded = await loadStartSettings(invocation, start);
			return runStepsPlainly(invocation, {loaded, options: wholeRun});
		},
		async replayPlainly(id) {
			await runsReplay(invocation, id, {});
		},
	});
};

const isFirstTime = async (invocation: Invocation) => {
	const [runs, presets] = await Promise.all([listRuns(invocation), listPresets(invocation)]);
	return runs.length === 0 && presets.every(({builtIn}) => builtIn);
};
