import type {CheckResult} from '../../../pipeline/events.ts';
import type {Settings} from '../../../settings/settings.ts';
import {hostOf} from '../../../text/urls.ts';
import type {DockerInfo} from './daemon-info.ts';
import {hubMirrors} from './hub-mirrors.ts';
import {isLoopback, registryHost} from './image-reference.ts';
import {mirrorsOf, registriesOf} from './registries.ts';

/** What Docker was told of the network, compared with what the build will do; nothing where neither says anything. */
export const checkDaemonNetwork = (settings: Settings, info: DockerInfo): CheckResult[] => [
	...checkMirrors(settings, info),
	...checkInsecure(settings, info),
	...checkProxies(settings, info),
];

function checkMirrors(settings: Settings, info: DockerInfo): CheckResult[] {
	const mirrors = hubMirrors(settings, info);
	const check = {id: 'docker-mirrors', title: 'Docker’s mirrors of Docker Hub'} as const;
	return mirrors.length === 0 ? [] : [{...check, verdict: 'pass', detail: `${mirrors.join(', ')}, for the build, too`}];
}

// Docker's list is not taken over: without verification whoever is on the way could put anything into an image as root.
function checkInsecure(settings: Settings, {RegistryConfig}: DockerInfo): CheckResult[] {
	const isPlain = (registry: string) =>
		mirrorsOf(settings.registryMirrors).some(({mirror, plainHttp}) => plainHttp && registryHost(mirror) === registry);
	// Where images are pushed to is Docker's affair alone.
	const used = registriesOf({...settings, imageRegistry: ''}).filter(
		registry =>
			RegistryConfig?.IndexConfigs?.[registry]?.Secure === false && !isLoopback(registry) && !isPlain(registry),
	);
	const [first] = used;
	if (first === undefined) return [];
	return [
		{
			id: 'docker-insecure-registries',
			title: 'Registries that Docker takes without verification',
			verdict: 'warn',
			detail: `BuildKit, which pulls base images, verifies ${used.join(', ')} all the same`,
			hint: `Give it TLS, and its CA with CA_FILE; or, by plain HTTP, let it be its own mirror: REGISTRY_MIRRORS=${first}=http://${first}.`,
		},
	];
}

// Not taken over: passwords in them are masked, and what is good for pulling needn't be for the build's own downloads.
function checkProxies({httpProxy, httpsProxy}: Settings, {HttpProxy, HttpsProxy}: DockerInfo): CheckResult[] {
	const theirs = HttpsProxy || HttpProxy;
	const ours = httpsProxy || httpProxy;
	const check = {id: 'docker-proxy', title: 'Docker and the build use the same proxy'} as const;
	const named = (proxy: string) => hostOf(proxy.includes('://') ? proxy : `http://${proxy}`);
	if (!theirs && !ours) return [];
	if (theirs && ours) {
		return named(theirs) === named(ours)
			? [{...check, verdict: 'pass', detail: named(ours)}]
			: [
					{
						...check,
						verdict: 'warn',
						detail: `Docker ${named(theirs)}, the build ${named(ours)}`,
						hint: 'Both are right where both are meant.',
					},
				];
	}
	return theirs
		? [
				{
					...check,
					verdict: 'warn',
					detail: `Docker goes through ${named(theirs)}, the build through none`,
					hint: 'Give the build HTTPS_PROXY and HTTP_PROXY (with NO_PROXY for what is inside), or its packages may not be reached.',
				},
			]
		: [
				{
					...check,
					verdict: 'warn',
					detail: `the build goes through ${named(ours)}, Docker through none`,
					hint: 'Docker pulls Earthly’s image and pushes yours: add "proxies" to /etc/docker/daemon.json and restart it.',
				},
			];
}
