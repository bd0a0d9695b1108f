import {join} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {CheckResult} from '../../../../pipeline/events.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import type {Settings} from '../../../../settings/settings.ts';
import {containerNames, endContainer, giveTreeToCaller} from '../../docker/containers.ts';
import {keptTag} from '../../docker/leftovers.ts';
import {buildkitImage, earthlyImage, ensureImage, scriptProbeImage} from './earthly-images.ts';
import type {Runner} from './runner-type.ts';

/** In CanvOS's .earthlyignore, so that the event log doesn't become part of the build context. */
const logFolder = 'local';

/** The checkout's own earthly.sh, unmodified: every build is cold, since it keeps no cache. */
export const upstreamScriptRunner: Runner = {
	id: 'upstream-script',
	title: 'CanvOS’s own earthly.sh',
	checks: async ({settings}) => {
		const why = whyPortOpens(settings, []);
		return [coldCheck(settings), ...(why === undefined ? [] : [openPortCheck(why)])];
	},
	async prepare(c, build) {
		const {host, run, settings} = c;
		const certificates = (await host.files.list(join(run.tree, 'certs'))).filter(name => !name.startsWith('.'));
		const why = whyPortOpens(settings, certificates);
		if (why !== undefined) {
			const {detail, hint} = openPortCheck(why);
			throw new FixableError('script-opens-port', `earthly.sh would be unsafe here: ${detail}`, {hint, exit: 'host'});
		}
		const images = [earthlyImage(settings), scriptProbeImage(settings)];
		for (const image of images) await ensureImage(c, image);
		const kept = await keepImages(c, [...images, buildkitImage(settings)]);
		await host.files.makeFolder(join(run.tree, logFolder));
		await host.files.write(join(run.tree, '.env'), environmentFile);
		// The script mounts $HOME/.docker/config.json as it is; credential helpers would not work inside.
		const home = join(run.temporary, 'script-home');
		const configFile = join(home, '.docker', 'config.json');
		await host.files.write(configFile, (await host.files.readText(join(build.logins, 'config.json'))) ?? '{}', {
			mode: 0o600,
		});
		return {
			command: {
				program: join(run.tree, 'earthly.sh'),
				args: scriptArguments(build),
				cwd: run.tree,
				env: {
					HOME: home,
					DOCKER_CONFIG: host.env.DOCKER_CONFIG || join(host.machine.user.home, '.docker'),
					// Inherited ones would switch the script to the mode that opens a port, too.
					...Object.fromEntries(proxyNames.map(name => [name, undefined])),
				},
			},
			logStream: join(run.tree, logFolder, 'logstream.json'),
			// The container has a random name and no label, but no other one mounts this run's tree.
			async stop() {
				for (const name of await containerNames({host}, [`volume=${run.tree}`])) await endContainer({host}, name);
			},
			async afterwards() {
				await host.files.remove(configFile, home);
				await giveTreeToCaller(c, keptTag(run.id));
				await kept.restore();
			},
		};
	},
};

/**
 * The script removes the tags of its helper images after a success, whoever brought them: with second ones they stay, and
 * get their names again. An offline machine would lose them for good.
 */
async function keepImages({host, run}: StepContext, images: readonly string[]) {
	const docker = (...args: string[]) => host.run({program: 'docker', args, exitCodes: [0, 1]});
	const names = images.map((image, number) => ({image, kept: keptTag(run.id, number)}));
	for (const {image, kept} of names) await docker('tag', image, kept);
	return {
		async restore() {
			for (const {image, kept} of names) {
				if ((await docker('tag', kept, image)).exitCode === 0) await docker('image', 'rm', kept);
			}
		},
	};
}

/**
 * Why the script would run in its proxy mode: a privileged BuildKit without TLS on port 8372 of all interfaces, which gives
 * everyone who reaches this machine root on it. Releases up to v4.5.10 always do, because of a missing blank in a test.
 */
export function whyPortOpens(
	{httpProxy, httpsProxy, canvosRef}: Pick<Settings, 'httpProxy' | 'httpsProxy' | 'canvosRef'>,
	certificates: readonly string[],
): string | undefined {
	if (httpProxy !== '' || httpsProxy !== '') return 'a proxy is set';
	if (certificates.length > 0) return `certs/ holds ${certificates.join(', ')}`;
	return /^v4\.5\.(?:\d|10)$/.test(canvosRef) ? `${canvosRef} always does so` : undefined;
}

const openPortCheck = (why: string) =>
	({
		id: 'upstream-script-port',
		title: 'earthly.sh opens no port',
		verdict: 'fail',
		detail: `it would open BuildKit to the network without TLS, because ${why}`,
		hint: 'Use the managed runner (--runner managed): it takes proxies and CAs, and listens on loopback only.',
	}) as const;

const coldCheck = ({buildCache}: Pick<Settings, 'buildCache'>): CheckResult => ({
	id: 'upstream-script-cache',
	title: 'Build cache',
	verdict: 'warn',
	detail: `earthly.sh throws its cache away after every build${buildCache === '' ? '' : ', and takes none from a registry'}`,
	hint: 'The managed runner (--runner managed) builds the same and keeps it.',
});

/** What the script passes on to Earthly as it is. */
export const scriptArguments = ({target, args}: {target: string; args: Readonly<Record<string, string>>}) => [
	target,
	...Object.entries(args).map(([name, value]) => `--${name}=${value}`),
];

/** Earthly reads `.env` of its working folder as settings, although the script passes none of them. */
export const environmentFile = [
	`EARTHLY_LOGSTREAM_DEBUG_FILE=/workspace/${logFolder}/logstream.json`,
	'EARTHLY_SERVER_ADDRESS=http://127.0.0.1:8371',
	'',
].join('\n');

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
