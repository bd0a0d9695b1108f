import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import {absolutePath, type PathBase} from '../settings/path-settings.ts';
import type {Settings} from '../settings/settings.ts';
import {formatBytes} from '../text/bytes.ts';
import {isUrl} from '../text/urls.ts';
import type {DockerLogins, Facts, FilesTaken, Known} from './facts.ts';
import {readUserData, type UserDataFacts, type UserDataProblem} from './user-data.ts';

/** What a CanvOS release says of itself. */
type SaidOfRelease = {
	kubernetesVersions?: Readonly<Record<string, readonly string[]>>;
	peVersion?: string;
	earthfileArguments?: readonly string[];
};

/** Where facts come from that other parts of the program keep. */
export type FactSources = {
	host: Host;
	/** Where paths of the settings begin; the workspace is where a build needs space. */
	paths: PathBase;
	/** What the run will do. */
	run: {push: boolean; smokeTest: boolean};
	/** What the chosen CanvOS release says of itself, as far as it is known without network; undefined for other builders. */
	release: Promise<SaidOfRelease | undefined>;
	/** What is missing to sign a unified kernel image; undefined while that isn't known. */
	missingSigningKeys(): Promise<readonly string[] | undefined>;
	/** Files of the workspace that such a build takes by their names. */
	filesTaken(): Promise<FilesTaken>;
	/** Logins of Docker's configuration file. */
	dockerLogins(): Promise<DockerLogins>;
	/** Whether KVM was tried or ruled out on this machine, without trying it now. */
	kvm(): Promise<Known<boolean>>;
};

/**
 * The only supplier of facts, for wizard, flags and presets alike. Looks at this machine only, and at nothing that takes
 * time; what can't be found out is unknown. Never rejects.
 */
export async function gatherFacts(settings: Settings, sources: FactSources): Promise<Facts> {
	const {host, paths, run} = sources;
	const [release, filesTaken, signingKeys, freeDisk, dockerFreeDiskGb, dockerLogins, userData, firmwareBytes, kvm] =
		await Promise.all([
			orUnknown(sources.release),
			settings.builder === 'canvos' ? orUnknown(sources.filesTaken()) : ('unknown' as const),
			settings.isUki ? orUnknown(sources.missingSigningKeys()) : undefined,
			orUnknown(host.disk(paths.workspace)),
			orUnknown(freeDockerDiskGb(host)),
			orUnknown(sources.dockerLogins()),
			orUnknown(userDataOf(settings, sources)),
			orUnknown(firmwareSizes(settings, sources)),
			orUnknown(sources.kvm()),
		]);
	const {arch, os} = host.machine;
	const said = release === 'unknown' ? undefined : release;
	return {
		machine: {osId: os.id, osVersion: os.versionId, arch},
		kubernetesVersions: said?.kubernetesVersions ?? 'unknown',
		earthfilePeVersion: said?.peVersion ?? 'unknown',
		earthfileArguments: said?.earthfileArguments ?? 'unknown',
		filesTaken,
		missingSigningKeys: signingKeys ?? 'unknown',
		freeDiskGb: freeDisk === 'unknown' ? freeDisk : freeDisk.freeBytes / 1e9,
		dockerFreeDiskGb,
		dockerLogins,
		userData,
		firmwareBytes: firmwareBytes === 'unknown' ? {} : firmwareBytes,
		kvm,
		...run,
	};
}

const orUnknown = <T>(fact: Promise<T>): Promise<T | 'unknown'> => fact.catch(() => 'unknown' as const);

// Nobody writes such a file by hand, and to read it takes the parser several seconds a megabyte.
const largestUserData = 1_000_000;

async function userDataOf({userData: path}: Settings, {host, paths: base}: FactSources): Promise<Facts['userData']> {
	if (path === '') return 'unknown';
	const file = absolutePath(path, base);
	const info = await host.files.info(file, {follow: true});
	if (!info) return 'unknown';
	const refuse = (problem: string) => ({path, read: {problem, line: 1, column: 1}});
	// Reading a pipe would empty it, and wait for whoever writes.
	if (info.kind !== 'file') return refuse('it is no ordinary file');
	if (info.size > largestUserData) return refuse(`it has ${formatBytes(info.size)}`);
	const text = await host.files.readText(file);
	const read: UserDataFacts | UserDataProblem | undefined = text === undefined ? undefined : readUserData(text);
	return read ? {path, read} : 'unknown';
}

async function firmwareSizes({docaDebFile, bfbFile}: Settings, {host, paths: base}: FactSources) {
	const paths = [docaDebFile, bfbFile].filter(path => path !== '' && !isUrl(path));
	const sizes = await Promise.all(
		paths.map(async path => {
			const info = await host.files.info(absolutePath(path, base), {follow: true});
			return info?.kind === 'file' ? [[path, info.size] as const] : [];
		}),
	);
	return Object.fromEntries(sizes.flat());
}

/**
 * Free GB where Docker's daemon on this machine keeps its data. Read from its configuration, because asking a daemon
 * takes time and may never be answered; unknown where the daemon is another one than this machine's own.
 */
async function freeDockerDiskGb(host: Host): Promise<Known<number>> {
	if (!(await isOwnDaemon(host))) return 'unknown';
	// The defaults of dockerd's manual.
	const configured = await fromJson(host, '/etc/docker/daemon.json', 'data-root');
	const folder = configured ?? '/var/lib/docker';
	if (!(await host.files.info(folder, {follow: true}))) return 'unknown';
	return (await host.disk(folder)).freeBytes / 1e9;
}

async function isOwnDaemon(host: Host): Promise<boolean> {
	const {DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG} = host.env;
	if (DOCKER_HOST) return /^unix:\/\/(\/var)?\/run\/docker\.sock$/.test(DOCKER_HOST);
	const folder = DOCKER_CONFIG || join(host.machine.user.home, '.docker');
	const context = DOCKER_CONTEXT || (await fromJson(host, join(folder, 'config.json'), 'currentContext'));
	return context === undefined || context === 'default';
}

/** A text of a JSON file; undefined where there is none. */
async function fromJson(host: Host, path: string, name: string): Promise<string | undefined> {
	try {
		const value = (JSON.parse((await host.files.readText(path)) ?? '{}') as Record<string, unknown> | null)?.[name];
		return typeof value === 'string' && value !== '' ? value : undefined;
	} catch {
		return undefined;
	}
}
