import type {AppActions, RunEnd, RunHandle, RunStart} from '../../source/app/actions.ts';
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
					origin: 'saved',
					builder: 'canvos',
					lastRun: {at: now - 7_200_000, outcome: 'passed'},
				},
			]),
		checkPresetName: name => called(`checkPresetName ${name}`, {exists: name === 'edge-lab'}),
		savePreset: ({name, description}) => called(`savePreset ${name}: ${description}`, undefined),
		deletePreset: name => called(`deletePreset ${name}`, undefined),
		wizardStart: () =>
			called('wizardStart', {machine: wizardMachine, facts: factsWith({machine: wizardMachine, freeDiskGb: 38})}),
		gatherFacts: async () => factsWith({machine: wizardMachine, freeDiskGb: 38}),
		learnFacts: async () => undefined,
		loadDraft: () => called('loadDraft', undefined),
		saveDraft: () => called('saveDraft', undefined),
		dropDraft: () => called('dropDraft', undefined),
		hostReadiness: async () => ({failed: []}),
		showText: text => called(`showText ${text}`, undefined),
		startRun: (start: RunStart) => called(`startRun ${start.preset ?? 'answers'}`, fakeRun(eventsToTheEnd().events)),
		listRuns: () =>
			called('listRuns', [
				{
					id: '2026-11-22T09-30-00-rehearsal',
					preset: 'rehearsal',
					rehearsal: true,
					startedAt: now - 9_000_000,
					durationMs: 107_000,
					outcome: 'passed',
				},
				{
					id: '2026-11-21T17-02-11-edge-lab',
					preset: 'edge-lab',
					rehearsal: false,
					startedAt: now - 90_000_000,
					durationMs: 35_000,
					outcome: 'failed',
					failure: 'The kernel module could not be compiled',
				},
			]),
		openRun: id => called(`openRun ${id}`, storeOf(eventsOfFailure().events)),
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
