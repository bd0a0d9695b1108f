import {randomBytes} from 'node:crypto';
import {FixableError} from '../../../errors.ts';
import type {ImageInfo, ImageStore} from '../../builder.ts';
import {endContainer} from './daemon.ts';
import {containerName, runLabel} from './labels.ts';
import {publicRegistryNotice} from './public-registry.ts';

/** Images in the local Docker daemon. */
export const dockerImages: ImageStore = {
	place: 'the local Docker daemon',

	async inspect({host, signal}, reference) {
		const {exitCode, stdout, stderr} = await host.run({
			program: 'docker',
			args: ['image', 'inspect', reference],
			exitCodes: [0, 1],
			what: `Looking for ${reference}`,
			signal,
		});
		if (exitCode === 0) return imageInfo(stdout);
		if (/no such image/i.test(stderr)) return undefined;
		throw new FixableError('docker-unusable', `Docker could not be asked for ${reference}: ${stderr.trim()}`, {
			hint: 'Run `edge-builder doctor`.',
			exit: 'host',
		});
	},

	async runScript({host, signal, run}, reference, script) {
		const name = containerName(run.id, `script-${randomBytes(3).toString('hex')}`);
		const forget = host.journal.record({kind: 'docker-container', runId: run.id});
		const args = [
			...['run', '--rm', '--pull', 'never', '--network', 'none', '--user', '0:0'],
			...['--name', name, '--label', `${runLabel}=${run.id}`, '--entrypoint', '/bin/sh'],
			...[reference, '-c', script],
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
		const aliases = ['amd64', 'arm64'].map(arch => `${reference}_linux_${arch}`);
		for (const tag of [...aliases, reference]) {
			if ((await dockerImages.inspect(c, tag)) === undefined) continue;
			await c.host.run({program: 'docker', args: ['image', 'rm', tag], what: `Removing ${tag}`, signal: c.signal});
		}
	},

	/**
	 * Pushes the image that was verified. `earthly --push` would push before the verification, and from its cache, which
	 * needn't be what lies in Docker; the docker client also knows the caller's credential helpers.
	 */
	async push({host, signal, report}, reference) {
		const notice = publicRegistryNotice(reference);
		if (notice) report.note(`${reference} is public and expires after ${notice.expires}.`);
		await host.run({
			program: 'docker',
			args: ['push', reference],
			what: `Pushing ${reference}`,
			hint: 'Check the login (`docker login`), IMAGE_REGISTRY and the network; the image itself is built and kept.',
			onLines: (text, stream) => report.log({stream, text}),
			signal,
		});
	},
} satisfies ImageStore;

const imageInfo = (json: string): ImageInfo => {
	const [image] = JSON.parse(json) as [{Id: string; Size: number; Created?: string}];
	const createdAt = Date.parse(image.Created ?? '');
	return {id: image.Id, bytes: image.Size, ...(Number.isFinite(createdAt) && {createdAt})};
};
