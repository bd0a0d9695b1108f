import type {Host} from '../../../host/host.ts';
import {ownCommand} from '../../../own-command.ts';
import {type PodmanInfo, podmanAnswer, podmanVersion} from './podman.ts';

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

/** `docker info`, or Docker's own words why not, and what to do about it. */
export async function dockerInfo({
	host,
	signal,
}: {
	host: Host;
	signal?: AbortSignal;
}): Promise<{info: DockerInfo} | {problem: string; hint: string}> {
	const {exitCode, stdout, stderr} = await host.run({
		program: 'docker',
		args: ['info', '--format', '{{json .}}'],
		exitCodes: [0, 1],
		timeoutMs: 30_000,
		signal,
	});
	const info = parse(stdout);
	const podman = info && podmanVersion(info);
	if (podman !== undefined) return podmanAnswer(podman);
	const words = info?.ServerErrors?.join('; ') ?? stderr.trim();
	if (exitCode === 0 && info?.ServerVersion) return {info};
	return {problem: words || 'the daemon gave no answer', hint: hintFor(words)};
}

function hintFor(words: string): string {
	if (/permission denied/i.test(words))
		return 'Add yourself to the group docker (`sudo usermod -aG docker $USER`) and log in again.';
	if (/client version \S+ is too old/.test(words))
		return 'The program docker is older than its daemon: update the package docker-ce-cli (or docker-cli).';
	return `Start it: \`sudo systemctl start docker\`; ${ownCommand('doctor')} tells when all is well.`;
}

/** Where Docker keeps images and BuildKit its cache; none where that is not on this machine, as with Docker in a VM. */
export async function dockerFolders(c: {host: Host; signal?: AbortSignal}): Promise<string[]> {
	const answer = await dockerInfo(c);
	const root = 'info' in answer ? answer.info.DockerRootDir : undefined;
	return root !== undefined && (await c.host.files.exists(root)) ? [root] : [];
}

function parse(text: string): (DockerInfo & PodmanInfo) | undefined {
	try {
		return JSON.parse(text) as DockerInfo & PodmanInfo;
	} catch {
		return undefined;
	}
}
