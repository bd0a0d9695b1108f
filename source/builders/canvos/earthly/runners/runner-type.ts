import type {Host} from '../../../../host/host.ts';
import type {Command} from '../../../../host/processes.ts';
import type {CheckResult} from '../../../../pipeline/events.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import type {Settings} from '../../../../settings/settings.ts';
import type {HostCheckContext} from '../../../builder.ts';
import type {RegistryCache} from './registry-cache.ts';

/** What Earthly is asked to build. */
export type EarthlyRequest = {
	/** For example `+iso`. */
	target: `+${string}`;
	/** Build arguments: `{ARCH: 'amd64'}`. */
	args: Readonly<Record<string, string>>;
};

/** One way to run Earthly. Everything that differs between them is here. */
export type Runner = {
	id: Settings['runner'];
	/** For example "Managed BuildKit". */
	title: string;
	/** Where finished steps are kept, when it is in this Docker. */
	cache?: {
		volume: string;
		/** Holds the volume also when stopped. */
		container?: string;
		/** The lock that a build has when it begins; where nobody can be listed, until its end. */
		lock(host: Host): string;
		/** The builds that use it now, of whatever workspace. */
		users?(host: Host): Promise<readonly string[]>;
	};
	/** What this way needs besides Docker; never throws at the person. */
	checks(c: HostCheckContext): Promise<CheckResult[]>;
	prepare(c: StepContext, build: EarthlyBuild): Promise<PreparedBuild>;
};

/** One build as every runner sees it. Paths are absolute and exist. */
export type EarthlyBuild = EarthlyRequest & {
	/** Exact name for a container of this build. */
	container: string;
	/** Folder for logs, writable by the caller. */
	logFolder: string;
	/** Where steps are taken from and given to besides the BuildKit that builds. */
	cache?: RegistryCache;
	/** Folder with a Docker `config.json` that holds the logins of this build, resolved. */
	logins: string;
};

/** A build that is ready to be started. */
export type PreparedBuild = {
	command: Command;
	/** The event log, as this machine sees it. */
	logStream: string;
	/** Where Docker puts the images that are loaded, when known. */
	imageFolder?: string;
	/** Called once the command is started; may wait until the build is visible to others. */
	started?(ended: Promise<unknown>): Promise<void>;
	/** Ends the build where ending the command was not enough. */
	stop(): Promise<void>;
	/** Called whatever way the build ended. */
	afterwards?(): Promise<void>;
};
