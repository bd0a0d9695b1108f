import {type Finding, judgeSettings} from '../compatibility/judge-settings.ts';
import {type Field, type Choice as FieldChoice, type Group, groups} from '../settings/field-types.ts';
import {choiceTitle, fieldList, fields} from '../settings/fields.ts';
import {defaultOf} from '../settings/layers.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {maskCredentials} from '../text/credentials.ts';
import {matchesFilter} from '../text/word-filter.ts';
import {settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** A line of the list of all settings. */
export type SettingRow = {
	key: SettingKey;
	group: Group;
	title: string;
	/** Its upper-case name. */
	name: string;
	value: string;
	/** `default`, `your answer`, `preset lab`, `K8S_VERSION in the environment`. */
	from: string;
	/** It isn't what would count without anybody saying so. */
	isChanged: boolean;
	/** What is wrong with it, or worth knowing. */
	remark?: {severity: Finding['severity']; message: string; hint?: string};
};

/** All settings that mean something for what is being made, in their groups; those that the filter's words match. */
export function settingRows(state: WizardState, filter = ''): readonly SettingRow[] {
	const settings = settingsOf(state);
	const findings = judgeSettings(settings, state.facts);
	const defaultValue = (key: SettingKey) => defaultOf(fields[key] as Field, settings, state.machine);
	return fieldList
		.filter(({key}) => matters(key, settings))
		.map(({key, group, title, name}) => ({
			key,
			group,
			title,
			name,
			value: shownValue(key, settings),
			from: state.resolved.origins[key].layer === 'answer' ? 'your answer' : state.resolved.origins[key].place,
			isChanged: state.resolved.origins[key].layer !== 'default' && settings[key] !== defaultValue(key),
			remark: remarkOf(state, key, findings),
		}))
		.filter(({title, name, group}) => matchesFilter(filter, `${title} ${name} ${groups[group]}`));
}

/** A value as it may be shown: by its title where it is one of a few. */
export function shownValue(key: SettingKey, settings: Settings): string {
	const value = settings[key];
	if (fields[key].secret) return value === '' ? '' : '***';
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	return choiceTitle(key, value) ?? maskCredentials(String(value));
}

/** What can be taken without typing: the choices of the setting, or yes and no. */
export function valuesOf(key: SettingKey): readonly FieldChoice[] {
	const {choices, kind} = fields[key];
	if (choices) return choices;
	return kind.is === 'yes-no'
		? [
				{value: true, title: 'yes', description: ''},
				{value: false, title: 'no', description: ''},
			]
		: [];
}

function remarkOf({resolved}: WizardState, key: SettingKey, findings: readonly Finding[]): SettingRow['remark'] {
	const complaint = resolved.complaints.find(complaint => complaint.key === key);
	if (complaint) return {severity: 'error', message: complaint.message, hint: complaint.hint};
	// The first of its settings is the one to change.
	return findings.find(({keys}) => keys[0] === key);
}

/** Whether a setting has an effect on what these settings make. */
export function matters(key: SettingKey, settings: Settings): boolean {
	const {builders, group} = fields[key];
	if (!builders.includes(settings.builder)) return false;
	if (group === 'nodeprep' && !settings.edgeAppliance) return false;
	return conditions[key]?.(settings) ?? true;
}

const edge = ({edgeAppliance}: Settings) => edgeAppliance;
const edgeWithPackage = (settings: Settings) => settings.edgeAppliance && settings.docaSource === 'deb';
const remote = ({runner}: Settings) => runner === 'remote';

const conditions: {readonly [K in SettingKey]?: (settings: Settings) => boolean} = {
	firmware: edge,
	docaSource: edge,
	docaVersion: edge,
	docaDebName: edgeWithPackage,
	docaDebUrl: edgeWithPackage,
	docaDebSha256: edgeWithPackage,
	docaDebFile: edgeWithPackage,
	bfbName: edge,
	bfbUrl: edge,
	bfbSha256: edge,
	bfbFile: edge,
	nfsOverRdma: edge,
	buildkitHosts: remote,
	buildkitCertificates: remote,
	buildkitInsecure: remote,
	keepBuildkit: ({runner}) => runner === 'managed',
	ubuntuProKey: ({ubuntuProAttach}) => ubuntuProAttach,
	nvidiaDriverBranch: ({installNvidiaGpuDrivers}) => installNvidiaGpuDrivers,
	nvidiaDriverType: ({installNvidiaGpuDrivers}) => installNvidiaGpuDrivers,
	cmdline: ({isUki}) => isUki,
	branding: ({isUki}) => isUki,
};
