import type {MachineFacts} from '../settings/field-types.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';

/** `error`: will not build or not work. `warning`: may well not be what was meant. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** What is known beyond the settings. A rule whose facts are missing says nothing. */
export type Facts = {
	machine?: MachineFacts;
	/** Kubernetes versions that the chosen CanvOS release lists, by distribution. */
	kubernetesVersions?: Readonly<Record<string, readonly string[]>>;
	/** `PE_VERSION` in the Earthfile of the chosen CanvOS release. */
	earthfilePeVersion?: string;
	/** Agent version that the Palette tenant asks for. */
	agentVersion?: string;
	/** Kernel release of the base image, for example `6.8.0-60-generic`. */
	kernel?: string;
	/** Free GB where the workspace lies, and where Docker keeps its data. */
	freeDiskGb?: number;
	dockerFreeDiskGb?: number;
	/** Disk of the hosts that will be installed. */
	targetDiskGb?: number;
	/** Registries with credentials in Docker's configuration itself, and whether a credential helper holds others. */
	dockerAuths?: readonly string[];
	dockerCredentialHelper?: boolean;
	/** Text of the user-data file. */
	userData?: string;
	/** Bytes of firmware files that lie on this machine, by the path given in the settings. */
	firmwareBytes?: Readonly<Record<string, number>>;
	/** Whether KVM was tried and works. */
	kvm?: boolean;
	/** Whether the run pushes, and whether it boots the ISO. */
	push?: boolean;
	smokeTest?: boolean;
	/** Whether the hosts boot with UEFI Secure Boot. */
	secureBoot?: boolean;
};

/** What a rule found: the message alone, or with another severity or hint than the rule's own. */
export type Judgement = string | {message: string; severity?: Severity; hint?: string} | undefined;

/** One constraint of docs/troubleshooting's list D01 to D40, or of our own (S…). */
export type Rule = {
	id: string;
	severity: Severity;
	/** The settings that decide it, the one to change first. */
	keys: readonly SettingKey[];
	/** Undefined when the rule is kept, or when the facts to judge it by aren't known. */
	judge(settings: Settings, facts: Facts): Judgement;
	/** Why the rule exists. */
	why: string;
	/** What to do about it. */
	hint: string;
};

export type Finding = Omit<Rule, 'judge'> & {message: string};

/** Rules of the real builder: a rehearsal replaces what they are about by stand-ins. */
export const forCanvos = (rules: readonly Rule[]): readonly Rule[] =>
	rules.map(rule => ({
		...rule,
		judge: (settings, facts) => (settings.builder === 'canvos' ? rule.judge(settings, facts) : undefined),
	}));

/** Rules of edge appliances. */
export const forEdge = (rules: readonly Rule[]): readonly Rule[] =>
	rules.map(rule => ({
		...rule,
		judge: (settings, facts) => (settings.edgeAppliance ? rule.judge(settings, facts) : undefined),
	}));
