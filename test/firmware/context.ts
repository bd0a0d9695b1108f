import {join} from 'node:path';
import type {FetchContext} from '../../source/firmware/fetch-firmware.ts';
import {createHost} from '../../source/host/real-host.ts';
import type {CheckResult, Progress} from '../../source/pipeline/events.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {hasty} from '../downloads/short-waits.ts';

const settings: Partial<Settings> = {
	builder: 'canvos',
	edgeAppliance: true,
	osDistribution: 'ubuntu',
	osVersion: '24.04',
	arch: 'amd64',
	firmware: 'local',
	docaSource: 'deb',
	docaVersion: '3.2.1',
	docaDebName: 'doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb',
	docaDebUrl: '',
	docaDebSha256: '',
	docaDebFile: '',
	bfbName: 'bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb',
	bfbUrl: '',
	bfbSha256: '',
	bfbFile: '',
	httpProxy: '',
	httpsProxy: '',
	noProxy: '',
	caFile: '',
};

/** Settings of an edge appliance, as far as firmware goes. */
export const settingsWith = (changes: Partial<Settings> = {}): Settings => ({...settings, ...changes}) as Settings;

export type Recorded = {notes: string[]; checks: CheckResult[]; progress: Progress[]};

/** A context in a workspace at `root` that records what is reported. */
export const contextAt = async (
	root: string,
	changes: Partial<Settings> = {},
	{yes = false, signal = new AbortController().signal} = {},
): Promise<FetchContext & {recorded: Recorded}> => {
	const recorded: Recorded = {notes: [], checks: [], progress: []};
	return {
		recorded,
		settings: settingsWith(changes),
		workspace: workspaceAt(root),
		host: hasty(await createHost()),
		signal,
		options: {yes},
		report: {
			progress: progress => void recorded.progress.push(progress),
			log: () => undefined,
			note: text => void recorded.notes.push(text),
			check: result => void recorded.checks.push(result),
			artifact: () => undefined,
			now: Date.now,
			node: () => undefined,
		},
	};
};

export const bfbName = settingsWith().bfbName;
export const lockAt = (root: string) => join(root, 'firmware.lock.yaml');
