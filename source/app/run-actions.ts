import type {StepId} from '../pipeline/events.ts';
import {partRun, type RunOptions, wholeRun} from '../pipeline/step.ts';
import type {MachineFacts} from '../settings/field-types.ts';
import type {AppActions, RunHandle, RunStart} from './actions.ts';
import type {Invocation} from './invocation.ts';
import {type LoadedSettings, loadStartSettings} from './load-settings.ts';
import {listRuns} from './past-runs.ts';
import {askedForIn, layersBelow} from './run-again.ts';
import {dropWhenPassed, wizardDrafts} from './wizard-drafts.ts';

/** Begins a run for settings that are right already, and keeps hold of it. */
export type Begin = (o: {
	loaded: LoadedSettings;
	options: RunOptions;
	/** A part of the pipeline; all of it when absent. */
	steps?: readonly StepId[];
	agreed?: boolean;
}) => Promise<RunHandle>;

/** Whatever begins a run: a build, one of before, a look at what is built. */
export function runActions(
	invocation: Invocation,
	machine: MachineFacts,
	begin: Begin,
): Pick<AppActions, 'startRun' | 'runAgain' | 'startPart'> {
	const drafts = wizardDrafts(invocation);
	// The answers that a build was made of are forgotten once it has passed, whichever try that was.
	const droppingDraft = (run: RunHandle, start: RunStart): RunHandle => ({
		...run,
		start,
		finished: run.finished.then(end => dropWhenPassed(drafts, start, end)),
		retry: async () => droppingDraft(await run.retry(), start),
	});
	return {
		async startRun(start, ask) {
			const run = await begin({
				loaded: await loadStartSettings(invocation, start, ask),
				options: wholeRun,
				agreed: start.agreed,
			});
			return droppingDraft(run, start);
		},
		async runAgain(id, ask) {
			const {preset, answers, layers, options, steps} = await askedForIn(invocation, machine, id);
			const loaded = await loadStartSettings(invocation, {preset, layers: [{kind: 'answer', answers}, ...layers]}, ask);
			return begin({loaded, options, steps});
		},
		async startPart(iso, part, ask) {
			const madeIt = (await listRuns(invocation)).find(({isBuild, isoName}) => isBuild && isoName === iso.name);
			const {preset, answers, layers} = madeIt
				? await askedForIn(invocation, machine, madeIt.id)
				: {preset: undefined, answers: {}, layers: await layersBelow(invocation, undefined)};
			const named = {...answers, isoName: iso.name.replace(/\.iso$/, '')};
			const loaded = await loadStartSettings(
				invocation,
				{preset, layers: [{kind: 'answer', answers: named}, ...layers]},
				ask,
			);
			return begin({loaded, options: partRun, steps: ['check-host', part]});
		},
	};
}
