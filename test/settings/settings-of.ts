import {argumentLayer} from '../../source/settings/layer-sources.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import type {Settings} from '../../source/settings/settings.ts';

export const debianMachine = {osId: 'debian', osVersion: '12', arch: 'amd64'} as const;

/** Settings resolved from `NAME=value` words on a Debian 12 machine; throws the first complaint. */
export const settingsOf = (...words: string[]): Settings => {
	const {settings, complaints} = resolveSettings({layers: [argumentLayer(words)], machine: debianMachine});
	const [complaint] = complaints;
	if (complaint) throw new Error(`${complaint.place}: ${complaint.message}`);
	return settings;
};
