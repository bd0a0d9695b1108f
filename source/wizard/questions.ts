import {fields, settingKeys} from '../settings/fields.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import type {Path, QuestionId} from './wizard-state.ts';

/** The parts of the wizard, for a progress line. */
export const steps = {
	start: 'Start',
	builder: 'Builder',
	system: 'Distribution and version',
	kubernetes: 'Kubernetes',
	kind: 'Edge or standard',
	firmware: 'Firmware',
	registry: 'Registry',
	names: 'Repository and tag',
	options: 'Options',
	review: 'Review',
} as const;
export type Step = keyof typeof steps;

export type Question = {
	id: QuestionId;
	step: Step;
	/** Asked on the quick path too. */
	quick: boolean;
	/** Whether it applies to what has been chosen. */
	when(settings: Settings): boolean;
};

const quickOrder: readonly (readonly [SettingKey, Step])[] = [
	['builder', 'builder'],
	['osDistribution', 'system'],
	['osVersion', 'system'],
	['k8sDistribution', 'kubernetes'],
	['k8sVersion', 'kubernetes'],
	['edgeAppliance', 'kind'],
	['firmware', 'firmware'],
	['imageRegistry', 'registry'],
	['imageRepo', 'names'],
	['customTag', 'names'],
];

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

const settingQuestion = (key: SettingKey, step: Step, quick: boolean): Question => ({
	id: key,
	step,
	quick,
	when: settings => {
		if (!fields[key].builders.includes(settings.builder)) return false;
		if (fields[key].group === 'nodeprep' && !settings.edgeAppliance) return false;
		return conditions[key]?.(settings) ?? true;
	},
});

const quickKeys = new Set<SettingKey>(quickOrder.map(([key]) => key));
const always = () => true;

/** Every question in the order they are asked: what the quick path asks, then the rest, then the review. */
export const questions: readonly Question[] = [
	{id: 'path', step: 'start', quick: true, when: always},
	...quickOrder.map(([key, step]) => settingQuestion(key, step, true)),
	...settingKeys.filter(key => !quickKeys.has(key)).map(key => settingQuestion(key, 'options', false)),
	{id: 'review', step: 'review', quick: true, when: always},
];

/** The questions that this path asks with these settings. */
export const questionsFor = (path: Path, settings: Settings): readonly Question[] =>
	questions.filter(question => (path === 'expert' || question.quick) && question.when(settings));
