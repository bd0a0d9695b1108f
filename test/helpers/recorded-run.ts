import {spawnSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import type {PipelineEventBody, RunHeader} from '../../source/pipeline/events.ts';
import {initialRunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {runFolderOf, workspaceAt} from '../../source/pipeline/workspace.ts';
import {runManifest} from '../../source/reporters/run-manifest.ts';
import type {MachineFacts} from '../../source/settings/field-types.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import {publicSettings} from '../../source/settings/secrets.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {EventList, rehearsalHeader, wholePlan} from './events.ts';

const thisMachine = (): MachineFacts => {
	const {stdout} = spawnSync('sh', ['-c', '. /etc/os-release && echo "$ID $VERSION_ID"'], {encoding: 'utf8'});
	const [osId = '', osVersion = ''] = stdout.trim().split(' ');
	return {osId, osVersion, arch: process.arch === 'arm64' ? 'arm64' : 'amd64'};
};

type Recorded = {
	preset: string;
	settings?: Partial<Settings>;
	startsAt?: number;
	stepMs?: number;
	/** Where it ran; on this machine by default. */
	machine?: MachineFacts;
	/** Where it was no rehearsal. */
	header?: Partial<RunHeader>;
	/** What it found and made. */
	found?: readonly PipelineEventBody[];
};

/** Leaves the record of a run that passed in a workspace, a rehearsal's by default; the settings are above the defaults. */
export function recordRun(
	root: string,
	{preset, settings: answers = {}, startsAt, stepMs = 1000, machine = thisMachine(), header = {}, found = []}: Recorded,
) {
	const id = `${new Date(startsAt ?? Date.UTC(2026, 10, 22, 9, 30)).toISOString().slice(0, 19).replaceAll(':', '-')}-${preset}`;
	const run = runFolderOf(workspaceAt(root), id);
	const {settings} = resolveSettings({
		layers: [{kind: 'answer', answers: {builder: 'rehearsal', ...answers}}],
		machine,
	});
	const list = new EventList(startsAt ?? Date.now() - 3_600_000);
	list.add({
		type: 'run-started',
		run: {...rehearsalHeader, ...header, runId: id, preset, workspace: root, folder: run.folder},
		plan: wholePlan,
		settings: publicSettings(settings),
	});
	for (const step of wholePlan) list.step(step.id, stepMs);
	for (const body of found) list.add(body);
	list.add({type: 'run-finished', outcome: 'passed'});
	mkdirSync(run.logs, {recursive: true});
	writeFileSync(run.events, list.events.map(event => `${JSON.stringify(event)}\n`).join(''));
	writeFileSync(run.manifest, JSON.stringify(runManifest(list.events.reduce(reduceRun, initialRunState), 0, [])));
	return {id};
}
