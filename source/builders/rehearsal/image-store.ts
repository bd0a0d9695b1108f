import {randomBytes} from 'node:crypto';
import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import {bytesOfSize} from '../../text/bytes.ts';
import {linesOf} from '../../text/lines.ts';
import {type ImageStore, ownName} from '../image-store.ts';
import {buildah, confinedBuildah, imageIdOf, orMissing} from './buildah.ts';
import {makeContainer, nameHere} from './buildah-containers.ts';
import {namingAlone} from './image-names.ts';
import {confinedOffline} from './namespaces.ts';

/** Images in local container storage. */
export const images: ImageStore = {
	place: 'local container storage (buildah)',

	async inspect({host, signal, workspace}, reference) {
		const own = ownName(workspace, reference);
		const name = await nameHere({host, signal, workspace}, reference);
		const {stdout, exitCode} = await buildah(host, ['images', '--json', '--no-trunc', name], {
			signal,
			exitCodes: orMissing,
			what: `Looking for image ${reference}`,
		});
		if (exitCode !== 0) return undefined;
		const [found] = JSON.parse(stdout) as {id: string; createdatraw?: string}[];
		if (!found) return undefined;
		const createdAt = Date.parse(found.createdatraw ?? '');
		return {
			id: found.id.replace(/^sha256:/, ''),
			bytes: await sizeOf(host, name, signal),
			foreign: name !== own,
			createdAt: Number.isNaN(createdAt) ? undefined : createdAt,
		};
	},

	async runScript(c, reference, script) {
		const container = `edge-builder-${c.run.id}-${randomBytes(4).toString('hex')}`;
		const remove = await makeContainer(c, container, reference);
		try {
			const {stdout} = await confinedBuildah(c.host, ['run', '--isolation=chroot', container, '--', 'sh', '-s'], {
				prefix: confinedOffline(c.host),
				input: script,
				signal: c.signal,
				env: {TMPDIR: c.run.temporary},
				what: `Looking into image ${reference}`,
			});
			return stdout;
		} finally {
			await remove();
		}
	},

	async remove(c, reference) {
		const {host, signal, workspace} = c;
		const own = ownName(workspace, reference);
		await namingAlone(c, async () => {
			const [ours, named] = await Promise.all([own, reference].map(name => imageIdOf(c, name)));
			// The name may be another workspace's image by now.
			const names = [
				...(ours === undefined ? [] : [own]),
				...(named !== undefined && named === ours ? [reference] : []),
			];
			if (names.length > 0) await buildah(host, ['rmi', ...names], {signal, what: `Removing image ${reference}`});
		});
	},

	async push(c, reference) {
		const {host, signal, report} = c;
		await buildah(host, ['push', ...tlsFor(reference), await nameHere(c, reference), `docker://${reference}`], {
			signal,
			onLines: (text, stream) => report.log({stream, text}),
			what: `Pushing ${reference}`,
			hint: 'Log in to the registry first (`buildah login`), or correct IMAGE_REGISTRY.',
		});
	},
};

async function sizeOf(host: Host, reference: string, signal: AbortSignal | undefined) {
	const {stdout} = await buildah(host, ['images', '--format', '{{.Size}}', reference], {
		signal,
		what: `Looking at the size of ${reference}`,
	});
	// A line for each of its names.
	return bytesOfSize(linesOf(stdout)[0] ?? '');
}

/** A registry on this machine (a test's, a mirror's) has no certificate; any other must have one. */
function tlsFor(reference: string): readonly string[] {
	const [registry = ''] = reference.split('/');
	if (registry === 'localhost') {
		throw new FixableError('push-localhost', `${reference} names no registry, so it cannot be pushed`, {
			hint: 'Set IMAGE_REGISTRY to a registry, for example localhost:5000 or registry.example.com/team.',
			exit: 'push',
		});
	}
	const loopback = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(registry);
	return loopback ? ['--tls-verify=false'] : [];
}
