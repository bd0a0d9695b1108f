import {join, resolve} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import {endContainer} from '../../docker/containers.ts';
import {dockerSocket} from '../../docker/daemon-socket.ts';
import {certificatesInside, clientArguments} from './client-container.ts';
import {earthlyConfig} from './earthly-config.ts';
import {earthlyImage, ensureImage} from './earthly-images.ts';
import {checkRemoteHosts, chooseHost} from './remote-hosts.ts';
import type {Runner} from './runner-type.ts';
import {makeEarthlyHome} from './state-folder.ts';

const installation = 'edge-builder-remote';

/** Earthly in an unprivileged container, BuildKit on another machine, over mutual TLS. */
export const remoteRunner: Runner = {
	id: 'remote',
	title: 'Remote BuildKit',
	checks: checkRemoteHosts,
	async prepare(c, build) {
		const {host, run, settings} = c;
		const certificates = certificateFolder(c);
		if (settings.buildkitInsecure) {
			c.report.note('WARNING: BuildKit is reached WITHOUT TLS: whoever is in between can read and change this build.');
		}
		const {address, leftOut} = await chooseHost(c);
		for (const why of leftOut) c.report.note(`Left out: ${why}`);
		c.report.note(`Building on ${address}`);
		const socket = await dockerSocket(c);
		await ensureImage(c, earthlyImage(settings));
		const home = join(run.temporary, 'earthly-home');
		await makeEarthlyHome(host, home, installation);
		const config = earthlyConfig(settings, {
			remote: {address, certificates: certificates === undefined ? undefined : certificatesInside},
		});
		await host.files.write(join(home, 'config.yml'), config, {mode: 0o600});
		return {
			command: {
				program: 'docker',
				args: clientArguments(c, build, {
					runner: 'remote',
					socket,
					home,
					installation,
					config: 'config.yml',
					certificates,
				}),
				cwd: run.tree,
			},
			logStream: join(build.logFolder, 'logstream.json'),
			imageFolder: socket.root,
			stop: () => endContainer({host}, build.container),
		};
	},
};

function certificateFolder({settings, workspace}: Pick<StepContext, 'settings' | 'workspace'>): string | undefined {
	if (settings.buildkitInsecure) return undefined;
	if (settings.buildkitCertificates === '') {
		throw new FixableError('remote-certificates-missing', 'A remote BuildKit needs certificates', {
			hint: 'Give the folder of ca_cert.pem, earthly_cert.pem and earthly_key.pem with --buildkit-certificates.',
			exit: 'host',
		});
	}
	return resolve(workspace.root, settings.buildkitCertificates);
}
