import {rehearsalRefusal} from '../compatibility/rehearsable.ts';
import {suspendJob} from '../host/terminal-process.ts';
import {detachHint} from '../machine/console/detach-keys.ts';
import type {Sink} from '../pipeline/events.ts';
import {wholeRun} from '../pipeline/step.ts';
import {type Output, outputTo} from '../reporters/safe-output.ts';
import {environmentLayer} from '../settings/layer-sources.ts';
import {resolveSettings} from '../settings/layers.ts';
import {withAbsolutePaths} from '../settings/path-settings.ts';
import type {AppActions, RunHandle} from './actions.ts';
import {completePath} from './complete-path.ts';
import {dashboardLayout} from './dashboard-layout.ts';
import {factsFor, learnFacts} from './facts-for-settings.ts';
import {homeActions} from './home-actions.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {machineFacts} from './load-settings.ts';
import {openRun} from './open-run.ts';
import {presetActions} from './preset-actions.ts';
import {findPreset} from './preset-files.ts';
import {applyFixes, fixRunOf} from './readiness/apply-fixes.ts';
import {createBackgroundChecks} from './readiness/background-checks.ts';
import {commandOf, fixesOf} from './readiness/fixes.ts';
import {fixesFor, type Person} from './readiness/make-ready.ts';
import {type Begin, runActions} from './run-actions.ts';
import {askedForIn, layersBelow} from './run-again.ts';
import {createAsks} from './run-questions.ts';
import {stopRun} from './stop-run.ts';
import {tellInLines} from './tell-in-lines.ts';
import {wizardDrafts} from './wizard-drafts.ts';

// Everything that works rather than shows is loaded when it is first asked for: the first screen needs none of it.
const work = () => import('./lazy-imports.ts');

type App = {
	actions: AppActions;
	/** Starts a run for settings that are right already. */
	begin: Begin;
	/** For signals: stops the run that is under way; called again, at once. */
	interrupt(): void;
	/** Settles when nothing that was begun is under way any more, with the last run, if there was one. */
	settled(): Promise<RunHandle | undefined>;
	/** Whether a program has the terminal: Ctrl-C is for it, then. */
	isLent(): boolean;
	/** Ends what is checked in the background. */
	stopChecking(): void;
};

/** How runs are shown and whom they ask, where no screens do it. */
type Showing = {sinks(): readonly Sink[]; person: Person};

/** What the screens can do, over the same functions as the commands. */
export function createAppActions(invocation: Invocation, showing?: Showing): App {
	const {host, env} = invocation;
	const machine = machineFacts(host);
	const drafts = wizardDrafts(invocation);
	let stop = new AbortController();
	let lastRun: RunHandle | undefined;
	const underWay = new Set<Promise<unknown>>();
	const keepTrack = <T>(begun: Promise<T>): Promise<T> => {
		const settled: Promise<unknown> = begun.catch(() => undefined).then(() => underWay.delete(settled));
		underWay.add(settled);
		return begun;
	};

	const checks = createBackgroundChecks(invocation);
	let lines: Output | undefined;
	let lent = 0;
	const lending = async <T>(borrow: () => Promise<T>): Promise<T> => {
		lent++;
		try {
			return await borrow();
		} finally {
			lent--;
		}
	};

	const begin: Begin = async ({loaded, options, steps, agreed = false}) => {
		const {beginSteps} = await work();
		checks.stop();
		const asks = createAsks();
		const atScreens: Person = {agrees: asks.agrees, lend: borrow => asks.lend(() => lending(borrow))};
		const person: Person = {
			...(showing?.person ?? atScreens),
			...((agreed || invocation.yes) && {agrees: async () => true}),
		};
		const stopThis = new AbortController();
		// From the first moment on: preparing a run may fetch before there is a run to cancel.
		stop = stopThis;
		lastRun = undefined;
		const run = await keepTrack(
			beginSteps(
				invocation,
				{loaded, options, steps},
				{sinks: showing?.sinks() ?? [], person, signal: stopThis.signal},
			),
		);
		keepTrack(run.finished);
		lastRun = {
			store: run.store,
			asks,
			cancel() {
				if (stopThis.signal.aborted) run.force();
				else stopThis.abort();
			},
			finished: run.finished.then(({outcome, exitCode}) => ({outcome, exitCode, runId: run.header.runId})),
			async retry() {
				// The workspace is held until the last report is written.
				await run.finished;
				return begin({loaded, options: {...options, fresh: options.fresh && steps !== undefined}, steps, agreed});
			},
		};
		return lastRun;
	};
	const vmSettings = () => resolveSettings({layers: [...invocation.layers, environmentLayer(env)], machine}).settings;

	const actions: AppActions = {
		version: invocation.version,
		now: host.now,
		detachKey: detachHint,
		cannotRehearse: rehearsalRefusal(machine.osId),

		...presetActions(invocation, machine),
		...homeActions(invocation, machine),

		async wizardStart(name) {
			const preset = name === undefined ? undefined : await findPreset(invocation, name);
			const layers = await layersBelow(invocation, preset);
			const {settings} = resolveSettings({layers, machine});
			return {
				machine,
				layers,
				facts: await factsFor(invocation, settings, wholeRun),
			};
		},
		async wizardStartOf(id) {
			const {preset, layers, answers} = await askedForIn(invocation, machine, id);
			const {settings} = resolveSettings({layers: [{kind: 'answer', answers}, ...layers], machine});
			return {machine, preset, layers, answers, facts: await factsFor(invocation, settings, wholeRun)};
		},
		gatherFacts: settings => factsFor(invocation, settings, wholeRun),
		learnFacts: asked => learnFacts(invocation, asked),
		async askRegistry({settings, signal}) {
			const {registryState} = await work();
			const {imageRegistry} = settings;
			return registryState({host, settings: withAbsolutePaths(settings, pathBase(invocation)), signal}, imageRegistry);
		},
		completePath: text => completePath(host, pathBase(invocation), text),

		...drafts,
		dashboardLayout: dashboardLayout(invocation),
		openLog: async asked => {
			const {openLog} = await work();
			return lending(() => openLog({host, env}, asked));
		},

		hostReadiness: checks.hostReadiness,
		async showText(text) {
			const script = 'printf "%s\\n\\nPress Enter to go back. " "$1"; read -r _';
			// Ctrl-C goes back, too.
			await lending(() => host.runOnTerminal({program: 'sh', args: ['-c', script, 'sh', text]})).catch(() => undefined);
		},

		...runActions(invocation, machine, begin),
		openRun: id => openRun(invocation, id),
		async openDemo() {
			const {openDemo} = await work();
			return openDemo({version: invocation.version, now: host.now});
		},
		stopRun: id => stopRun(invocation, id),
		tellInLines(told, signal) {
			lines ??= outputTo(invocation.stdout);
			return tellInLines(invocation, lines, told, signal);
		},

		async doctor(asked) {
			const {checkMachine} = await work();
			return checkMachine(invocation, asked);
		},
		fixCommands: results => fixesOf(results).map(fix => commandOf(fix, host)),
		async applyFixes(results) {
			checks.stop();
			await keepTrack(lending(() => applyFixes(fixRunOf(invocation), fixesOf(results))));
		},

		async listIsos() {
			const {listIsos} = await work();
			return (await listIsos(invocation)).map(iso => ({...iso, rehearsal: iso.name.includes('rehearsal')}));
		},
		async missingForConsole() {
			const {missingForVm} = await work();
			const missing = await missingForVm(host, vmSettings());
			return fixesFor(missing).length > 0 ? missing : [];
		},
		async openConsole({path}) {
			const {attachConsole} = await work();
			return keepTrack(attachConsole(invocation, vmSettings(), path));
		},
		suspend: suspendJob,
	};
	return {
		actions,
		begin,
		interrupt() {
			if (lastRun) lastRun.cancel();
			else stop.abort();
		},
		async settled() {
			while (underWay.size > 0) await Promise.all(underWay);
			return lastRun;
		},
		isLent: () => lent > 0,
		stopChecking: checks.stop,
	};
}
