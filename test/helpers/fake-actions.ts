import type {AppActions, RunEnd, RunHandle, RunStart, RunSummary} from '../../source/app/actions.ts';
import {FixableError} from '../../source/errors.ts';
import type {CheckResult, PipelineEvent} from '../../source/pipeline/events.ts';
import {createRunStore, type RunStore} from '../../source/pipeline/run-store.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import type {WizardStart} from '../../source/wizard/wizard-reducer.ts';
import {eventsOfFailure, eventsToTheEnd} from './events.ts';
import {factsWith} from './facts.ts';

const now = Date.UTC(2026, 10, 22, 12, 0);
const gib = 1024 ** 3;

export const wizardMachine: WizardStart['machine'] = {osId: 'debian', osVersion: '12', arch: 'amd64'};

export const hostResults: readonly CheckResult[] = [
	{id: 'disk', title: 'Free disk space', verdict: 'pass', detail: '38 GiB free in /home/ada/edge'},
	{
		id: 'squashfs',
		title: 'squashfs-tools',
		verdict: 'fail',
		detail: 'mksquashfs is not installed',
		why: 'It packs the root filesystem of the ISO.',
		hint: 'Install the package squashfs-tools.',
		fix: ['apt-get', 'install', '--yes', 'squashfs-tools'],
	},
	{
		id: 'kvm',
		title: 'KVM',
		verdict: 'warn',
		detail: '/dev/kvm is there but cannot be used',
		hint: 'Add yourself to the group kvm; without it the smoke test takes ten times as long.',
	},
];

/** A run as the list of past runs tells it. */
export const pastRun = (changes: Partial<RunSummary> = {}): RunSummary => ({
	id: '2026-11-22T09-30-00-rehearsal',
	kind: 'build',
	preset: 'rehearsal',
	rehearsal: true,
	startedAt: now - 9_000_000,
	durationMs: 107_000,
	outcome: 'passed',
	imageReference: 'localhost/debian:kubeadm-1.34.2-v4.8.10-rehearsal',
	isoName: 'palette-edge-installer-rehearsal.iso',
	imageBytes: 512e6,
	isoBytes: 420e6,
	checks: {passed: 84, warned: 1, failed: 0},
	booted: true,
	folder: '/home/ada/edge/build/runs/2026-11-22T09-30-00-rehearsal',
	...changes,
});

const pastRuns = [
	pastRun(),
	pastRun({
		id: '2026-11-21T17-02-11-edge-lab',
		preset: 'edge-lab',
		rehearsal: false,
		startedAt: now - 90_000_000,
		durationMs: 35_000,
		outcome: 'failed',
		failure: 'The kernel module could not be compiled',
		checks: undefined,
		booted: false,
	}),
];

const mendable = (results: readonly CheckResult[]) =>
	results.flatMap(({id, fix, verdict}) => (fix && (verdict === 'fail' || verdict === 'warn') ? [{id, fix}] : []));

/** A world in memory that the screens act upon; `calls` tells what they asked of it. */
export const fakeActions = (changes: Partial<AppActions> = {}): AppActions & {calls: string[]} => {
	const calls: string[] = [];
	const called = <T>(what: string, answer: T): Promise<T> => {
		calls.push(what);
		return Promise.resolve(answer);
	};
	return {
		calls,
		version: '0.1.0',
		now: () => now,
		detachKey: 'Ctrl-]',
		suspend: () => called('suspend', undefined),
		listPresets: () =>
			called('listPresets', [
				{
					name: 'rehearsal',
					description: 'A complete run with stand-ins, on this machine.',
					origin: 'shipped',
					builder: 'rehearsal',
					imageReference: 'localhost/ubuntu:k3s-1.34.2-v4.8.10-rehearsal',
					isoName: 'palette-edge-installer-rehearsal.iso',
				},
				{
					name: 'edge-lab',
					description: 'Edge appliance for the lab.',
					origin: 'workspace',
					builder: 'canvos',
					lastRun: {at: now - 7_200_000, outcome: 'passed', id: '2026-11-22T10-00-00-edge-lab'},
				},
			]),
		checkPresetName: name => called(`checkPresetName ${name}`, {exists: name === 'edge-lab'}),
		savePreset: ({name, description}) => called(`savePreset ${name}: ${description}`, undefined),
		restorePreset: name => called(`restorePreset ${name}`, undefined),
		duplicatePreset: (name, copy) => called(`duplicatePreset ${name} ${copy}`, undefined),
		renamePreset: (name, to) => called(`renamePreset ${name} ${to}`, undefined),
		lookAtImport: from =>
			called(`lookAtImport ${from}`, {
				name: 'lab',
				text: '',
				place: from,
				exists: false,
				difference: [{title: 'Tag', before: 'demo', after: 'lab', follows: false}],
				remarks: ['FOO is passed on'],
			}),
		saveImport: ({name}) => called(`saveImport ${name}`, undefined),
		exportPreset: (name, to) => called(`exportPreset ${name} ${to}`, `/home/ada/edge/${to}`),
		comparePresets: (before, after) =>
			called(`comparePresets ${before} ${after}`, [{title: 'Tag', before: 'demo', after: 'lab', follows: false}]),
		deletePreset: name => called(`deletePreset ${name}`, undefined),
		wizardStart: () =>
			called('wizardStart', {machine: wizardMachine, facts: factsWith({machine: wizardMachine, freeDiskGb: 38})}),
		gatherFacts: async () => factsWith({machine: wizardMachine, freeDiskGb: 38}),
		learnFacts: async () => undefined,
		askRegistry: async () => ({verdict: 'pass', detail: 'answers'}),
		completePath: async text => ({text, candidates: []}),
		openLog: async () => undefined,
		dashboardLayout: {load: async () => undefined, save: async () => undefined},
		loadDraft: () => called('loadDraft', undefined),
		saveDraft: () => called('saveDraft', undefined),
		dropDraft: () => called('dropDraft', undefined),
		hostReadiness: async () => ({failed: []}),
		showText: text => called(`showText ${text}`, undefined),
		startRun: (start: RunStart) => called(`startRun ${start.preset ?? 'answers'}`, fakeRun(eventsToTheEnd().events)),
		runAgain: id => called(`runAgain ${id}`, fakeRun(eventsToTheEnd().events)),
		startPart: ({name}, part) => called(`startPart ${part} ${name}`, fakeRun(eventsToTheEnd().events)),
		wizardStartOf: id =>
			called(`wizardStartOf ${id}`, {
				machine: wizardMachine,
				facts: factsWith({machine: wizardMachine, freeDiskGb: 38}),
				answers: {builder: 'rehearsal' as const, customTag: 'as-before'},
			}),
		listRuns: () => called('listRuns', pastRuns),
		differencesOfRun: async () => ({
			base: 'rehearsal',
			differences: [{title: 'Tag', value: 'as-before', before: 'rehearsal'}],
		}),
		compareRuns: (before, after) =>
			called(`compareRuns ${before} ${after}`, {
				before: `${before}  failed, 35s, edge-builder 0.1.0`,
				after: `${after}  passed, 1m 47s, edge-builder 0.1.0`,
				settings: [{title: 'Tag', before: 'lab', after: 'rehearsal'}],
				steps: [{title: 'Provider image built', before: 'failed after 20s', after: '58s'}],
				artifacts: [],
			}),
		openReport: id =>
			called(`openReport ${id}`, {
				path: `/home/ada/edge/build/runs/${id}/report.html`,
				notOpened: 'There is no display here to open it on.',
			}),
		deleteRun: id => called(`deleteRun ${id}`, undefined),
		goingOn: async () => undefined,
		workspace: async () => ({path: '~/edge', freeBytes: 81e9}),
		listCleanables: async () => [
			{kind: 'cache', title: 'Build cache: /home/ada/edge/build/cache', bytes: 28e9, isDear: false},
			{kind: 'firmware', title: 'Firmware: /home/ada/edge/redist', bytes: 3e9, isDear: true},
		],
		clean: titles => called(`clean ${titles.join(', ')}`, 28e9),
		missingForReal: async () => undefined,
		openRun: id => called(`openRun ${id}`, storeOf(eventsOfFailure().events)),
		openDemo: () => called('openDemo', storeOf(eventsToTheEnd().events)),
		stopRun: id => called(`stopRun ${id}`, undefined),
		tellInLines: async () => called('tellInLines', 'back'),
		doctor: async ({onResult}) => {
			calls.push('doctor');
			for (const result of hostResults) onResult(result);
			return hostResults;
		},
		fixCommands: results => mendable(results).map(({fix}) => fix),
		applyFixes: results =>
			called(
				`applyFixes ${mendable(results)
					.map(({id}) => id)
					.join(' ')}`,
				undefined,
			),
		listIsos: () =>
			called('listIsos', [
				{
					path: '/home/ada/edge/build/palette-edge-installer-rehearsal.iso',
					name: 'palette-edge-installer-rehearsal.iso',
					bytes: 0.4 * gib,
					builtAt: now - 600_000,
					rehearsal: true,
				},
			]),
		missingForConsole: async () => [],
		openConsole: ({name}) => called(`openConsole ${name}`, {}),
		...changes,
	};
};

/** The settings that this start would build with. */
export const settingsToBuild = ({layers = []}: RunStart) => resolveSettings({layers, machine: wizardMachine}).settings;

/** A store that has taken all these events. */
export const storeOf = (events: readonly PipelineEvent[]): RunStore => {
	const store = createRunStore();
	for (const event of events) store.accept(event);
	void store.close?.();
	return store;
};

/** A run that has come as far as these events; `add` lets it go on, a cancel ends it. */
export const fakeRun = (
	events: readonly PipelineEvent[],
): RunHandle & {add(event: PipelineEvent): void; cancels(): number} => {
	const store = storeOf(events);
	const ended = Promise.withResolvers<RunEnd>();
	const finish = (event: PipelineEvent) => {
		if (event.type !== 'run-finished') return;
		const exitCode = ({passed: 0, failed: 5, cancelled: 130} as const)[event.outcome];
		ended.resolve({outcome: event.outcome, exitCode, runId: 'run'});
	};
	let cancels = 0;
	for (const event of events) finish(event);
	return {
		store,
		retry: async () => fakeRun(eventsToTheEnd().events),
		asks: {subscribe: () => () => undefined, getSnapshot: () => undefined},
		finished: ended.promise,
		cancels: () => cancels,
		cancel: () => {
			cancels++;
		},
		add(event) {
			store.accept(event);
			finish(event);
		},
	};
};

/** An action that refuses. */
export const refusing = (message: string, hint: string) => () =>
	Promise.reject(new FixableError('refused', message, {hint}));
