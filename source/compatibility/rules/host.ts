import {ownCommand} from '../../own-command.ts';
import {isBefore} from '../canvos-release-lines.ts';
import {ifKnown} from '../facts.ts';
import {forCanvos, type Rule} from '../rule.ts';

// As Docker reads names: what has no dot, colon or "localhost" before its first slash is on Docker Hub.
function registryHost(registry: string) {
	const [first = ''] = registry.split('/');
	return /[.:]/.test(first) || first === 'localhost' ? first : 'docker.io';
}

const canvosRules: readonly Rule[] = [
	{
		id: 'D23',
		severity: 'warning',
		keys: ['imageRegistry'],
		judge: ({imageRegistry}) =>
			registryHost(imageRegistry) === 'ttl.sh' ? 'images on ttl.sh are public and gone within 24 hours' : undefined,
		why: 'Anybody who knows the name can pull them, and nodes that pull later find nothing.',
		hint: 'Name a registry of your own for anything that lasts.',
	},
	{
		id: 'D24',
		severity: 'warning',
		keys: ['imageRegistry'],
		judge: ({imageRegistry}, {push, dockerLogins}) => {
			const host = registryHost(imageRegistry);
			if (!push || dockerLogins === 'unknown' || dockerLogins.registries.includes(host) || host === 'ttl.sh')
				return undefined;
			return dockerLogins.helper
				? {
						message: `the credentials for ${host} are in a credential helper, if anywhere`,
						severity: 'info',
						hint: 'They are handed to the build for its duration.',
					}
				: `Docker is not logged in to ${host}`;
		},
		why: 'The push would be refused after the whole build.',
		hint: 'Run docker login first.',
	},
	{
		id: 'D27',
		severity: 'warning',
		keys: ['runner', 'httpProxy', 'httpsProxy'],
		judge: ({runner, httpProxy, httpsProxy}) =>
			runner === 'upstream-script' && httpProxy + httpsProxy !== ''
				? 'behind a proxy, CanvOS’s script opens BuildKit on port 8372 to the network'
				: undefined,
		why: 'The port has neither password nor TLS, and whoever reaches it owns this machine.',
		hint: 'Use the managed runner.',
	},
	{
		id: 'S20',
		severity: 'warning',
		keys: ['caOnNodes', 'caFile', 'runner', 'canvosRef'],
		judge: ({caOnNodes, caFile, runner, canvosRef}) => {
			if (!caOnNodes) return undefined;
			if (caFile === '') return 'nodes shall trust a certificate authority, and none is given';
			if (isBefore(canvosRef, 'v4.5.11')) {
				return {
					message: `CanvOS ${canvosRef} puts no certificate authority into the image, so nodes will not trust it`,
					hint: 'Take CanvOS v4.5.11 or newer.',
				};
			}
			return runner === 'upstream-script'
				? {
						message: 'CanvOS’s own script goes without the certificate authority, so nodes will not trust it',
						hint: 'Use the managed runner.',
					}
				: undefined;
		},
		why: 'What nodes trust is put into the image while it is built.',
		hint: 'Give the authority as CA_FILE.',
	},
	{
		id: 'S11',
		severity: 'error',
		keys: ['runner', 'buildkitHosts'],
		judge: ({runner, buildkitHosts}) =>
			runner === 'remote' && buildkitHosts === '' ? 'the remote runner has no host to build on' : undefined,
		why: 'It builds on BuildKit hosts of yours.',
		hint: 'Give the remote BuildKit hosts (BUILDKIT_HOSTS), for example tcp://builder.lan:8372.',
	},
	{
		id: 'S12',
		severity: 'error',
		keys: ['buildkitCertificates', 'buildkitInsecure', 'runner'],
		judge: ({runner, buildkitHosts, buildkitCertificates, buildkitInsecure}) =>
			runner === 'remote' && buildkitHosts !== '' && buildkitCertificates === '' && !buildkitInsecure
				? 'the remote runner has no certificates'
				: undefined,
		why: 'Without mutual TLS anybody on the network could build, as root, on those hosts.',
		hint: 'Give the BuildKit certificates (BUILDKIT_CERTIFICATES); BUILDKIT_INSECURE is for closed test networks only.',
	},
	{
		id: 'S13',
		severity: 'warning',
		keys: ['buildkitInsecure', 'runner'],
		judge: ({runner, buildkitInsecure}) =>
			runner === 'remote' && buildkitInsecure ? 'remote BuildKit is used without TLS' : undefined,
		why: 'Whoever reaches its port owns the host: BuildKit runs privileged.',
		hint: 'Use certificates.',
	},
	{
		id: 'S14',
		severity: 'error',
		keys: ['ubuntuProKey', 'ubuntuProAttach'],
		judge: ({ubuntuProAttach, ubuntuProKey}) =>
			ubuntuProAttach && ubuntuProKey === '' ? 'there is no Ubuntu Pro token to attach with' : undefined,
		why: 'The build cannot ask for it in the middle.',
		hint: 'Put it into the environment as UBUNTU_PRO_KEY.',
	},
];

/** Registry, build engine, and what this machine must have. */
export const hostRules: readonly Rule[] = [
	...forCanvos(canvosRules),
	{
		id: 'D25',
		severity: 'error',
		about: 'machine',
		keys: ['minDiskGb'],
		judge: ({builder, runner, minDiskGb}, {freeDiskGb, dockerFreeDiskGb}) => {
			const usesDocker = builder === 'canvos' && runner !== 'remote';
			const places = [
				{place: 'the workspace', free: ifKnown(freeDiskGb)},
				{place: 'Docker’s data folder', free: usesDocker ? ifKnown(dockerFreeDiskGb) : undefined},
			];
			for (const {place, free} of places) {
				if (free !== undefined && free < minDiskGb)
					return `${place} has ${Math.floor(free)} GB free, ${minDiskGb} are needed`;
			}
			const tight = places.find(({free}) => builder === 'canvos' && free !== undefined && free < recommendedDiskGb);
			return tight
				? {
						message: `${tight.place} has ${Math.floor(tight.free ?? 0)} GB free, ${recommendedDiskGb} are recommended`,
						severity: 'warning',
					}
				: undefined;
		},
		why: 'A disk that fills up in the middle costs the whole build.',
		hint: 'Free some space, or use a workspace on another disk.',
	},
	{
		id: 'D38',
		severity: 'warning',
		keys: ['cpu'],
		judge: (_settings, {smokeTest, kvm}) =>
			smokeTest && kvm === false ? 'KVM cannot be used, so the smoke test runs in software' : undefined,
		why: 'It takes several times as long; the time limits are stretched.',
		hint: `${ownCommand('doctor')} says what is wrong with KVM here; --no-smoke-test leaves the test out.`,
	},
];

const recommendedDiskGb = 150;
