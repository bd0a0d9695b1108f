import {execFileSync, spawn} from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

/** A Docker daemon of the tests' own: data in a temporary folder, a Unix socket, no network of its own. */
export type TestDaemon = {
	/** On a filesystem of its own, which has as much room as a build asks for, however full the disk is. */
	folder: string;
	socket: string;
	/** Environment for programs that talk to it. */
	env: Record<string, string>;
	docker(...args: string[]): string;
	/** Names of containers with a label, stopped ones too. */
	labelled(label: string): string[];
	/** SIGKILL to the daemon and its containerd, as a crash. */
	crash(): void;
	start(): Promise<void>;
	remove(): Promise<void>;
};

/** Starts one, or says why it can't. */
export const startDaemon = async (): Promise<TestDaemon | string> => {
	if (process.getuid?.() !== 0) return 'it needs root';
	if (!existsSync('/usr/sbin/dockerd')) return 'dockerd is not installed';
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-docker-'));
	execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100g,nr_inodes=2m,mode=755', 'edge-builder-test', folder]);
	const socket = join(folder, 'docker.sock');
	const env = {
		...(process.env as Record<string, string>),
		DOCKER_HOST: `unix://${socket}`,
		DOCKER_CONFIG: join(folder, 'config'),
	};
	const docker = (...args: string[]) =>
		execFileSync('docker', args, {env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']}).trim();
	const pidFile = join(folder, 'dockerd.pid');
	mkdirSync(join(folder, 'config'));

	const start = async () => {
		// After a crash they look as if everything still ran.
		for (const stale of [
			pidFile,
			join(folder, 'exec/containerd/containerd.pid'),
			join(folder, 'exec/containerd/containerd.sock'),
		]) {
			rmSync(stale, {force: true});
		}
		const log = openSync(join(folder, 'dockerd.log'), 'a');
		const args = [
			...[
				'--data-root',
				join(folder, 'data'),
				'--exec-root',
				join(folder, 'exec'),
				'--pidfile',
				pidFile,
				'-H',
				`unix://${socket}`,
			],
			...['--bridge=none', '--iptables=false', '--ip6tables=false', ...runtimeArguments(folder)],
		];
		spawn('/usr/sbin/dockerd', args, {detached: true, stdio: ['ignore', log, log]}).unref();
		for (let tries = 0; tries < 150; tries++) {
			await delay(200);
			try {
				docker('version');
				return;
			} catch {
				// Not listening yet.
			}
		}
		throw new Error(`dockerd did not start:\n${readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-2000)}`);
	};
	const pids = () =>
		[pidFile, join(folder, 'exec/containerd/containerd.pid')]
			.filter(existsSync)
			.map(file => Number(readFileSync(file, 'utf8')))
			.filter(pid => pid > 1);

	await start();
	return {
		folder,
		socket,
		env,
		docker,
		labelled: label =>
			docker('ps', '--all', '--filter', `label=${label}`, '--format', '{{.Names}}').split('\n').filter(Boolean),
		crash() {
			for (const pid of pids()) process.kill(pid, 'SIGKILL');
		},
		start,
		async remove() {
			try {
				for (const id of docker('ps', '--all', '--quiet').split('\n').filter(Boolean))
					docker('rm', '--force', '--volumes', id);
			} catch {
				// It may be the daemon that a test could not start again.
			}
			for (const pid of pids()) end(pid, 'SIGTERM');
			for (let tries = 0; tries < 100 && existsSync(pidFile); tries++) await delay(100);
			for (const pid of processesIn(folder)) end(pid, 'SIGKILL');
			for (const point of [...mountsBelow(folder), folder]) execFileSync('umount', ['--lazy', point]);
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

const end = (pid: number, signal: NodeJS.Signals) => {
	try {
		process.kill(pid, signal);
	} catch {
		// It has ended already.
	}
};

/** Shims of containers outlive a crashed daemon. */
const processesIn = (folder: string) =>
	readdirSync('/proc')
		.filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
		.filter(pid =>
			readOr(`/proc/${pid}/cmdline`, '')
				.split('\0')
				.some(word => word.startsWith(`${folder}/exec`)),
		)
		.map(Number);

const mountsBelow = (folder: string) =>
	readOr('/proc/self/mounts', '')
		.split('\n')
		.map(line => line.split(' ')[1] ?? '')
		.filter(point => point.startsWith(`${folder}/`))
		.reverse();

const readOr = (path: string, otherwise: string) => {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return otherwise;
	}
};

/**
 * Small virtual machines lack a capability, and then no privileged container starts. This runtime takes what is missing
 * from the container's configuration before it calls runc.
 */
const runtimeArguments = (folder: string): string[] => {
	const bounding = BigInt(`0x${/CapBnd:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`);
	const missing = capabilities.filter((_, bit) => (bounding & (1n << BigInt(bit))) === 0n);
	if (missing.length === 0) return [];
	const wrapper = join(folder, 'runc-without-missing');
	const pattern = missing.map(name => `CAP_${name}`).join('|');
	writeFileSync(
		wrapper,
		`#!/bin/sh
bundle=
for word; do [ "$last" = --bundle ] && bundle=$word; last=$word; done
[ -z "$bundle" ] || sed -E -i 's/"(${pattern})",?//g; s/,\\]/]/g' "$bundle/config.json"
exec runc "$@"
`,
	);
	chmodSync(wrapper, 0o755);
	return ['--add-runtime', `stripped=${wrapper}`, '--default-runtime', 'stripped'];
};

/** By bit, from linux/capability.h. */
const capabilities =
	'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
		' ',
	);
