import type {Host} from '../../../host/host.ts';

/** What `docker info` says, as far as it matters; fields can be missing. */
export type DockerInfo = {
	ServerVersion?: string;
	Driver?: string;
	CgroupDriver?: string;
	CgroupVersion?: string;
	DockerRootDir?: string;
	MemTotal?: number;
	OperatingSystem?: string;
	Architecture?: string;
	SecurityOptions?: readonly string[];
	ServerErrors?: readonly string[];
	/** Proxies of the daemon itself; their passwords are masked as `xxxxx`. */
	HttpProxy?: string;
	HttpsProxy?: string;
	NoProxy?: string;
	RegistryConfig?: {
		/** Addresses that stand for Docker Hub. */
		Mirrors?: readonly string[] | null;
		IndexConfigs?: Readonly<Record<string, {Secure?: boolean} | undefined>> | null;
		/** Networks whose registries needn't be secure. */
		InsecureRegistryCIDRs?: readonly string[] | null;
	};
};

/** Whether the daemon runs as the caller, without root. */
export const isRootless = ({SecurityOptions = []}: DockerInfo) =>
	SecurityOptions.some(option => option.includes('name=rootless'));

/** `docker info`, or Docker's own words why not. */
export async function dockerInfo({
	host,
	signal,
}: {
	host: Host;
	signal?: AbortSignal;
}): Promise<{info: DockerInfo} | {problem: string}> {
	const {exitCode, stdout, stderr} = await host.run({
		program: 'docker',
		args: ['info', '--format', '{{json .}}'],
		exitCodes: [0, 1],
		timeoutMs: 30_000,
		signal,
	});
	const info = parse(stdout);
	const words = info?.ServerErrors?.join('; ') ?? stderr.trim();
	return exitCode === 0 && info?.ServerVersion ? {info} : {problem: words || 'the daemon gave no answer'};
}

/** Where Docker keeps images and BuildKit its cache; none where that is not on this machine, as with Docker in a VM. */
export async function dockerFolders(c: {host: Host; signal?: AbortSignal}): Promise<string[]> {
	const answer = await dockerInfo(c);
	const root = 'info' in answer ? answer.info.DockerRootDir : undefined;
	return root !== undefined && (await c.host.files.exists(root)) ? [root] : [];
}

function parse(text: string): DockerInfo | undefined {
	try {
		return JSON.parse(text) as DockerInfo;
	} catch {
		return undefined;
	}
}
