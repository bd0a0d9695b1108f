import {join} from 'node:path';
import {containerNames, endContainer, ensureImage} from '../../docker/daemon.ts';
import {earthlyImage} from '../images.ts';
import {giveTreeToCaller} from './ownership.ts';
import type {Runner} from './runner.ts';

/** In CanvOS's .earthlyignore, so that the event log doesn't become part of the build context. */
const logFolder = 'local';

/** The checkout's own earthly.sh, unmodified: every build is cold, since it keeps no cache. */
export const upstreamScriptRunner: Runner = {
	id: 'upstream-script',
	title: 'CanvOS’s own earthly.sh',
	checks: async () => [
		{
			id: 'upstream-script-cache',
			title: 'Build cache',
			verdict: 'warn',
			detail: 'earthly.sh throws its cache away after every build',
			hint: 'The managed runner (--runner managed) builds the same and keeps it.',
		},
	],
	async prepare(c, build) {
		const {host, signal, run, settings} = c;
		const image = earthlyImage(settings);
		await ensureImage({host, signal, onLines: text => c.report.log({stream: 'out', text})}, image);
		const keptImage = 'edge-builder-keep:earthly';
		// The script removes the image's tag after a success; with a second one its layers stay for what follows.
		await host.run({program: 'docker', args: ['tag', image, keptImage], signal});
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
					// Proxies come from .arg; inherited ones would switch the script to a mode that opens port 8372 to everyone.
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
				await giveTreeToCaller(c, keptImage);
				await host.run({program: 'docker', args: ['image', 'rm', keptImage], exitCodes: [0, 1]});
			},
		};
	},
};

/** Options come before the target, which the script passes on as they are. */
export const scriptArguments = ({
	target,
	push,
	args,
}: {
	target: string;
	push: boolean;
	args: Readonly<Record<string, string>>;
}) => [...(push ? ['--push'] : []), target, ...Object.entries(args).map(([name, value]) => `--${name}=${value}`)];

/** Earthly reads `.env` of its working folder as settings, although the script passes none of them. */
export const environmentFile = [
	`EARTHLY_LOGSTREAM_DEBUG_FILE=/workspace/${logFolder}/logstream.json`,
	'EARTHLY_SERVER_ADDRESS=http://127.0.0.1:8371',
	'',
].join('\n');

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
