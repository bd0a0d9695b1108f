import type {Host} from '../host/host.ts';
import type {CheckResult, Json} from '../pipeline/events.ts';
import type {StepContext} from '../pipeline/step.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import type {Settings} from '../settings/settings.ts';
import type {ImageStore} from './image-store.ts';

/** What is different between building with CanvOS and rehearsing; steps know nothing else about it. */
export type Builder = {
	id: 'rehearsal' | 'canvos';
	title: string;
	/** True: NVIDIA's packages are stand-ins, and everything made says REHEARSAL. */
	rehearsal: boolean;

	/** Every check of this machine at once; never throws at the person. */
	hostChecks(c: HostCheckContext): Promise<CheckResult[]>;
	/** Fills what only the builder knows, for example `peVersion` from the Earthfile of the chosen release. */
	resolve(settings: Settings, c: {host: Host; workspace: Workspace; signal?: AbortSignal}): Promise<Settings>;

	/**
	 * Puts the firmware that `settings` names within reach until the run ends, where it isn't the internet that serves it.
	 * @returns settings whose URLs point to where the files really are.
	 */
	serveFirmware?(c: StepContext): Promise<Settings>;

	/** Makes the build context (upstream tree, overlay, staged firmware, `.arg`) at `c.run.tree`. */
	prepareSource(c: StepContext): Promise<void>;

	/** Everything the provider image depends on: content hashes, versions, settings. */
	imageInputs(c: StepContext): Promise<Json>;
	buildProviderImage(c: StepContext): Promise<void>;
	/** The same for the ISO. */
	isoInputs(c: StepContext): Promise<Json>;
	/** Leaves the ISO at `isoOutput(c)`; the collect step writes the checksum and moves both into `build/`. */
	buildInstallerIso(c: StepContext): Promise<void>;
	/** Absolute path where `buildInstallerIso` leaves the ISO: inside `c.run.temporary`. */
	isoOutput(c: StepContext): string;

	images: ImageStore;

	/** Folders outside the workspace that a build fills, as far as that can be told. */
	dataFolders?(c: {host: Host; signal?: AbortSignal}): Promise<readonly string[]>;

	/** Where a build with these settings fetches from. */
	networkNeeds(c: {
		settings: Settings;
		host: Host;
		workspace: Workspace;
		signal?: AbortSignal;
	}): readonly NetworkNeed[] | Promise<readonly NetworkNeed[]>;

	/** What is kept outside the workspace to make later builds quick; `clean` offers it. */
	caches(c: {host: Host; signal: AbortSignal}): Promise<readonly BuildCache[]>;
};

/** Costs only time to lose. `bytes` is what removing it frees, as far as that can be told. */
export type BuildCache = {
	title: string;
	bytes: number;
	/** @throws {FixableError} when a build uses it, of whatever workspace. */
	mustBeFree?(): Promise<void>;
	/** @throws {FixableError} as `mustBeFree`. */
	remove(): Promise<void>;
};

/** A place that a build fetches from, for whoever opens a firewall or fills a mirror. */
export type NetworkNeed = {
	/** A host, or a registry with its path. */
	host: string;
	/** Who fetches: it decides which mirrors, proxies and CAs count. */
	by: string;
	for: string;
	/** What names another place. */
	setting?: string;
	/** What is asked before it. */
	mirrors?: readonly string[];
};

export type HostCheckContext = {
	settings: Settings;
	host: Host;
	workspace: Workspace;
	signal?: AbortSignal;
	/** Whether an image or an ISO will be made; looking into images needs less. */
	build: boolean;
	/** Whether the run will boot the ISO; QEMU is needed only then. */
	smokeTest: boolean;
	/** Whether the run will push, so that the right to is worth asking about. */
	push?: boolean;
};
