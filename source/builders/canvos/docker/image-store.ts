import {randomBytes} from 'node:crypto';
import type {StepContext} from '../../../pipeline/step.ts';
import {type ImageStore, ownName} from '../../image-store.ts';
import {endContainer} from './containers.ts';
import {imageNamed, ownImage} from './own-images.ts';
import {publicRegistryNotice} from './public-registry.ts';
import {containerName, runAs} from './run-arguments.ts';

/** Images in the local Docker daemon. */
export const dockerImages: ImageStore = {
	place: 'the local Docker daemon',

	async inspect(c, reference) {
		const ours = await ownImage(c, reference);
		if (ours) return ours;
		const named = await imageNamed(c, reference);
		return named && {...named, foreign: true};
	},

	async runScript(c, reference, script) {
		const {host, signal, run} = c;
		const name = containerName(run.id, `script-${randomBytes(3).toString('hex')}`);
		const forget = host.journal.record({kind: 'docker'});
		const args = [
			...runAs(name, {runId: run.id}),
			...['--pull', 'never', '--network', 'none', '--user', '0:0', '--entrypoint', '/bin/sh'],
			...[await nameHere(c, reference), '-c', script],
		];
		try {
			const {stdout} = await host.run({program: 'docker', args, what: `Looking into ${reference}`, signal});
			return stdout;
		} finally {
			// A docker client that was killed leaves its container running.
			await endContainer({host}, name);
			forget();
		}
	},

	async remove(c, reference) {
		const ours = await ownImage(c, reference);
		if (!ours) return;
		for (const name of [
			`${reference}_linux_amd64`,
			`${reference}_linux_arm64`,
			reference,
			ownName(c.workspace, reference),
		]) {
			// A name may be another workspace's image by now.
			if ((await imageNamed(c, name))?.id !== ours.id) continue;
			await c.host.run({program: 'docker', args: ['image', 'rm', name], what: `Removing ${name}`, signal: c.signal});
		}
	},

	/**
	 * Pushes the image that was verified. `earthly --push` would push before the verification, and from its cache, which
	 * needn't be what lies in Docker; the docker client also knows the caller's credential helpers.
	 */
	async push(c, reference) {
		const {host, signal, report} = c;
		const ours = await ownImage(c, reference);
		if (ours && ours.id !== (await imageNamed(c, reference))?.id) {
			report.note(`${reference} no longer named the image of this workspace; it does again.`);
			await host.run({program: 'docker', args: ['tag', ours.id, reference], what: `Naming ${reference}`, signal});
		}
		const notice = publicRegistryNotice(reference);
		if (notice) report.note(`${reference} is public and expires after ${notice.expires}.`);
		await host.run({
			program: 'docker',
			args: ['push', reference],
			what: `Pushing ${reference}`,
			hint: 'Check the login (`docker login`), IMAGE_REGISTRY, the network, and that Docker knows the registry’s CA (/etc/docker/certs.d); the image itself is built and kept.',
			onLines: (text, stream) => report.log({stream, text}),
			signal,
		});
	},
} satisfies ImageStore;

// An image that wasn't built here, as one that was pulled to be verified, has only its name.
const nameHere = async (c: Pick<StepContext, 'host' | 'signal' | 'workspace'>, reference: string) =>
	(await ownImage(c, reference)) ? ownName(c.workspace, reference) : reference;
