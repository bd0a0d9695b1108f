import {detachHint} from '../machine/detach-keys.ts';
import type {RunOutcome} from '../pipeline/events.ts';
import {createRunStore} from '../pipeline/run-store.ts';
import type {RunOptions} from '../pipeline/step.ts';
import {environmentLayer} from '../settings/layer-sources.ts';
import {resolveSettings} from '../settings/layers.ts';
import {outputNames} from '../settings/names.ts';
import {presetLayer, presetNameProblem} from '../settings/presets.ts';
import type {AppActions, RunHandle} from '../tui/app-actions.ts';
import {applyFixes, commandOf, fixesOf} from './apply-fixes.ts';
import type {Invocation} from './invocation.ts';
import {type LoadedSettings, loadStartSettings, machineFacts, withAnswers} from './load-settings.ts';
import {learnFacts} from './offers.ts';
import {deletePreset, type FoundPreset, findPreset, listPresets, savePreset} from './preset-files.ts';
import {eventsOf, listRuns, type PastRun} from './runs.ts';
import {wholeRun} from './whole-run.ts';
import {wizardDrafts} from './wizard-drafts.ts';

// Everything that works rather than shows is loaded when it is first asked for: the first screen needs none of it.
const work = () => import('./work.ts');

type Begin = (o: {loaded: LoadedSettings; options: RunOptions}) => Promise<RunHandle>;

/**
 * What the screens can do, over the same functions as the commands. `interrupt` is for signals: it stops the run that is
 * under way; `begin` starts one for settings that are right already.
 */
export const createAppActions = (invocation: Invocation): {actions: AppActions; interrupt(): void; begin: Begin} => {
	const {host, workspace, env} = invocation;
	const machine = machineFacts(host);
	let stop = new AbortController();

	const begin: Begin = async ({loaded, options}) => {
		const {beginSteps} = await work();
		const stopThis = new AbortController();
		// From the first moment on: preparing a run may fetch before there is a run to cancel.
		stop = stopThis;
		const run = await beginSteps(invocation, {loaded, options}, [], stopThis.signal);
		return {
			store: run.store,
			cancel() {
				if (stopThis.signal.aborted) run.force();
				else stopThis.abort();
			},
			finished: run.finished.then(({outcome, exitCode}) => ({outcome, exitCode, runId: run.header.runId})),
		};
	};
	const settingsOfPreset = ({parsed, path}: FoundPreset) =>
		resolveSettings({layers: [presetLayer(parsed, path, env)], machine});

	const actions: AppActions = {
		version: invocation.version,
		now: host.now,
		detachKey: detachHint,

		async listPresets() {
			const {builderOf} = await work();
			const [presets, runs] = await Promise.all([listPresets(invocation), listRuns(invocation)]);
			return Promise.all(
				presets.map(async preset => {
					const {settings: given, complaints} = settingsOfPreset(preset);
					const settings = await builderOf(given)
						.resolve(given, invocation)
						.catch(() => given);
					const names = outputNames(settings);
					const last = runs.find(run => run.preset === preset.name && hasEnded(run));
					return {
						name: preset.name,
						description: preset.parsed.preset?.description ?? '',
						origin: preset.builtIn ? ('shipped' as const) : ('saved' as const),
						builder: settings.builder,
						imageReference: names.providerImage,
						isoName: names.isoFile,
						problem: complaints[0] && `${complaints[0].place}: ${complaints[0].message}`,
						lastRun: last && hasEnded(last) ? {at: last.startedAt, outcome: last.outcome} : undefined,
					};
				}),
			);
		},
		async checkPresetName(name) {
			const refused = presetNameProblem(name);
			if (refused) return {refused};
			const same = (await listPresets(invocation)).find(preset => preset.name === name);
			return same?.builtIn ? {refused: `${name} comes with edge-builder`} : {exists: same !== undefined};
		},
		async savePreset(preset) {
			await savePreset(invocation, preset, {replace: true});
		},
		async deletePreset(name) {
			await deletePreset(invocation, name);
		},

		async wizardStart(name) {
			const preset = name === undefined ? undefined : await findPreset(invocation, name);
			return {
				machine,
				layers: [
					...invocation.layers,
					environmentLayer(env),
					...(preset ? [presetLayer(preset.parsed, preset.path, env)] : []),
				],
				facts: {machine, freeDiskGb: (await host.disk(workspace.root)).freeBytes / 1e9, smokeTest: true},
				presetName: preset?.builtIn ? '' : preset?.name,
			};
		},
		learnFacts: asked => learnFacts(invocation, asked),

		...wizardDrafts(invocation),

		startRun: async start => begin({loaded: await loadStartSettings(invocation, start), options: wholeRun}),
		async listRuns() {
			return (await listRuns(invocation)).map(run => ({
				id: run.id,
				preset: run.preset,
				rehearsal: run.rehearsal,
				startedAt: run.startedAt,
				durationMs: run.tookMs,
				outcome: hasEnded(run) ? run.outcome : 'unfinished',
				failure: run.failure,
			}));
		},
		async openRun(id) {
			const store = createRunStore();
			for (const event of await eventsOf(invocation, id)) store.accept(event);
			await store.close?.();
			return store;
		},

		async doctor({settings, onResult, signal}) {
			const {checkMachine} = await work();
			return checkMachine(withAnswers(invocation, settings), {signal, onResult});
		},
		fixCommands: results => fixesOf(results).map(fix => commandOf(fix, host)),
		applyFixes: results => applyFixes(invocation, fixesOf(results)),

		async listIsos() {
			const {listIsos} = await work();
			return (await listIsos(invocation)).map(iso => ({...iso, rehearsal: iso.name.includes('rehearsal')}));
		},
		async openConsole({path}) {
			const {attachConsole} = await work();
			const {settings} = resolveSettings({layers: invocation.layers, machine});
			return attachConsole(invocation, settings, path);
		},
	};
	return {actions, begin, interrupt: () => stop.abort()};
};

const hasEnded = (run: PastRun): run is PastRun & {outcome: RunOutcome} =>
	run.outcome !== 'interrupted' && run.outcome !== 'running';
