import {ownCommand} from '../../../../own-command.ts';
import type {FailureRule} from '../failure-rule.ts';

/** Docker missing, forbidden or refusing. */
export const dockerRules: readonly FailureRule[] = [
	{
		// Earthly only says that it was to end: exit code 2, as after Ctrl-C.
		code: 'docker-not-running',
		when: ({dockerAnswers}) => dockerAnswers === false,
		patterns: [/^/],
		explain: () => ({
			message: 'The Docker daemon ended during the build, and does not answer now',
			hint: 'Start it (`sudo systemctl start docker`), look at its log (`journalctl -u docker`), and run again: finished steps come from the cache.',
		}),
	},
	{
		code: 'docker-api-version',
		patterns: [/client version ([\d.]+) is too old\. Minimum supported API version is ([\d.]+)/],
		explain: ([, ours, least]) => ({
			message: `Docker refuses a client of API ${ours}; it wants ${least} or newer`,
			hint: 'Docker 29 dropped old clients. Update the docker program that speaks to it; where it is the one inside Earthly’s image, set "min-api-version" in /etc/docker/daemon.json.',
		}),
	},
	{
		code: 'cgroup-read-only',
		patterns: [/\/sys\/fs\/cgroup[^\n]*[Rr]ead-only file system/],
		explain: () => ({
			message: 'BuildKit may not make control groups here: /sys/fs/cgroup is read-only',
			hint: 'The builder itself runs in a container. Start that with --privileged and --cgroupns=host, or build with --runner remote.',
		}),
	},
	{
		code: 'iptables-table-missing',
		patterns: [/can't initialize iptables table `?(\w+)'?: (?:Table does not exist|Permission denied)/],
		explain: ([, table]) => ({
			message: `The kernel has no iptables table ${table} for the build’s network`,
			hint: 'Load it (`sudo modprobe iptable_nat ip_tables`), or let iptables use nftables (`sudo update-alternatives --set iptables /usr/sbin/iptables-nft`) and restart Docker.',
		}),
	},
	{
		code: 'docker-permission',
		patterns: [
			/permission denied while trying to connect to the [Dd]ocker/,
			/dial unix \S+docker\S*: connect: permission denied/,
		],
		explain: () => ({
			message: 'You may not use Docker on this machine',
			hint: 'Add yourself to the group docker (`sudo usermod -aG docker $USER`) and log in again.',
		}),
	},
	{
		code: 'docker-not-running',
		patterns: [
			/Cannot connect to the Docker daemon/,
			/failed to connect to the docker API/i,
			/error during connect: /,
			/error waiting for container: /,
			/[Ii]s the docker daemon running/,
		],
		explain: () => ({
			message: 'The Docker daemon does not answer (it is not running, or it ended during the build)',
			hint: 'Start it (`sudo systemctl start docker`), look at its log (`journalctl -u docker`), and run again.',
		}),
	},
	{
		code: 'privileged-refused',
		types: ['NEEDS_PRIVILEGED'],
		patterns: [
			/(unable to apply caps: operation not permitted)/,
			/(privileged mode is incompatible with user namespaces)/,
			/(authorization denied by plugin[^\n.]*)/,
			/(Container appears to be running unprivileged)/,
			/(Privileged containers are not allowed for the current user)/,
		],
		explain: ([, words]) => ({
			message: `Docker starts no privileged container here${words ? `: “${words}”` : ''}`,
			hint: `BuildKit needs one. ${ownCommand('doctor')} shows Docker’s own words. Use a Docker without user-namespace remapping, rootless mode or such a plugin, or --runner remote.`,
		}),
	},
	{
		code: 'docker-socket-missing',
		patterns: [/failed to copy to tar: [^\n]*EOF/],
		explain: () => ({
			message:
				'The finished images could not be loaded into Docker: its socket is missing or unusable inside the build',
			hint: 'Check that Docker runs and that its socket is the one `docker context inspect` shows. Earthly itself only says “Canceled”.',
		}),
	},
	{
		code: 'tool-image-missing',
		patterns: [
			/Unable to find image '([^']+)' locally(?![\s\S]*Status: Downloaded)[\s\S]*(?:docker|Error)[^\n]*: ([^\n]+)/,
		],
		when: ({exitCode}) => exitCode === 125,
		explain: ([, image, why]) => ({
			message: `Docker could not pull ${image}: ${why?.trim()}`,
			hint: 'Check the network and, where the daemon needs one, its own proxy (systemd drop-in or daemon.json); pulling is done by the Docker daemon.',
		}),
	},
	{
		code: 'docker-refused',
		patterns: [/docker: Error response from daemon: ([^\n]+)/, /docker: ([^\n]+)/],
		when: ({exitCode}) => exitCode !== undefined && exitCode >= 125 && exitCode <= 127,
		explain: ([, words]) => ({
			message: `Docker refused to start the build container: ${words}`,
			hint: `Run ${ownCommand('doctor')}; the message is Docker’s own.`,
		}),
	},
];
