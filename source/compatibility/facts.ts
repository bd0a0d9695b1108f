import type {MachineFacts} from '../settings/field-types.ts';
import type {UserDataFacts, UserDataProblem} from './user-data.ts';

/** What isn't known says nothing: rules that need it are silent. */
export type Known<T> = T | 'unknown';

/** What the rules judge by beside the settings. All are required: `gatherFacts` supplies every one. */
export type Facts = {
	/** The machine that builds. */
	machine: MachineFacts;
	/** Kubernetes versions that the chosen CanvOS release lists, by distribution. */
	kubernetesVersions: Known<Readonly<Record<string, readonly string[]>>>;
	/** `PE_VERSION` in the Earthfile of the chosen CanvOS release. */
	earthfilePeVersion: Known<string>;
	/** Names of the arguments that this Earthfile declares. */
	earthfileArguments: Known<readonly string[]>;
	/** Files of the workspace that a build takes because of their names, or why it can't take them. */
	filesTaken: Known<FilesTaken>;
	/** What is missing to sign a unified kernel image, as paths in CanvOS's folder. */
	missingSigningKeys: Known<readonly string[]>;
	/** Free GB where the workspace lies, and where Docker keeps its data. */
	freeDiskGb: Known<number>;
	dockerFreeDiskGb: Known<number>;
	dockerLogins: Known<DockerLogins>;
	/** The user-data file as it was read from `path`, which is written as in the settings. */
	userData: Known<{path: string; read: UserDataFacts | UserDataProblem}>;
	/** Bytes of firmware files that lie on this machine, by the path given in the settings. */
	firmwareBytes: Readonly<Record<string, number>>;
	/** Whether the smoke test's guest can be run by KVM. */
	kvm: Known<boolean>;
	/** Whether the run pushes, and whether it boots the ISO. */
	push: boolean;
	smokeTest: boolean;
};

/** Registries with a login in Docker's configuration itself, and whether a credential helper may hold others. */
export type DockerLogins = {registries: readonly string[]; helper: boolean};

/** Names in the workspace; `problem` in the words of whoever would have to take them. */
export type FilesTaken = {names: readonly string[]} | {problem: string; hint?: string};

/** The fact, or undefined while it is not known. */
export const ifKnown = <T>(fact: Known<T>): T | undefined => (fact === 'unknown' ? undefined : fact);
