import type {AskValue, RunHandle} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import {fields} from '../settings/fields.ts';
import {choose} from './ask-choice.ts';
import type {Asker} from './asker.ts';
import {backToMenu, type Doing, type Tools} from './doing.ts';
import {checkMachine} from './machine.ts';
import {askWizard, type WizardFrom} from './new-build.ts';

/** The wizard from its beginning, or the review of a preset or an earlier build; then the build. */
export async function buildFrom(tools: Tools, from: WizardFrom = {}): Promise<ExitCode | undefined> {
	const {asker, actions} = tools;
	const start = await askWizard(asker, actions, from);
	return start && followToTheEnd(tools, () => actions.startRun(start, askingBy(asker)));
}

/** Asks for what a preset leaves to the person, without an echo. */
export const askingBy =
	(asker: Asker): AskValue =>
	async key =>
		(await asker.secret(`${fields[key].question} (${fields[key].name})`)).trim();

/** Waits for the end of a run; after a failure asks what to do about it. */
export async function followToTheEnd(tools: Tools, begin: () => Promise<RunHandle>): Promise<ExitCode> {
	const {exitCode, run} = await tools.follow(begin);
	if (run === undefined) return exitCode;
	const {outcome, runId} = await run.finished;
	return outcome === 'failed' ? ((await afterFailure(run, runId)(tools)) ?? exitCode) : exitCode;
}

const afterFailure =
	(run: RunHandle, runId: string): Doing =>
	async tools => {
		const doing = await choose<'retry' | 'change' | 'check' | undefined>(
			tools.asker,
			'It failed. What now?',
			[
				{value: 'retry', title: 'Retry; what is done already is left out'},
				{value: 'change', title: 'Change answers'},
				{value: 'check', title: 'Check this machine'},
			],
			{extras: [backToMenu]},
		);
		if (doing === 'retry') return followToTheEnd(tools, () => run.retry());
		if (doing === 'change') return buildFrom(tools, {past: runId});
		if (doing === undefined) return undefined;
		await checkMachine(tools);
		return afterFailure(run, runId)(tools);
	};
