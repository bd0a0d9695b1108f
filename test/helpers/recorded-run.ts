import {mkdirSync, writeFileSync} from 'node:fs';
import {initialRunState, reduceRun} from '../../source/pipeline/run-state.ts';
import {runFolderOf, workspaceAt} from '../../source/pipeline/workspace.ts';
import {runManifest} from '../../source/reporters/run-manifest.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import {publicSettings} from '../../source/settings/secrets.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {EventList, rehearsalHeader, wholePlan} from './events.ts';

/** Leaves the record of a rehearsal that passed in a workspace, as a run would; the settings are above the defaults. */
export function recordRun(
	root: string,
	{preset, settings: answers = {}}: {preset: string; settings?: Partial<Settings>},
) {
	const id = `2026-11-22T09-30-00-${preset}`;
	const run = runFolderOf(workspaceAt(root), id);
	const {settings} = resolveSettings({
		layers: [{kind: 'answer', answers: {builder: 'rehearsal', ...answers}}],
		machine: {osId: 'debian', osVersion: '12', arch: 'amd64'},
	});
	const header = {...rehearsalHeader, runId: id, preset, workspace: root, folder: run.folder};
	const list = new EventList(Date.now() - 3_600_000);
	list.add({type: 'run-started', run: header, plan: wholePlan, settings: publicSettings(settings)});
	for (const step of wholePlan) list.step(step.id, 1000);
	list.add({type: 'run-finished', outcome: 'passed'});
	mkdirSync(run.logs, {recursive: true});
	writeFileSync(run.events, list.events.map(event => `${JSON.stringify(event)}\n`).join(''));
	writeFileSync(run.manifest, JSON.stringify(runManifest(list.events.reduce(reduceRun, initialRunState), 0, [])));
	return {id};
}
