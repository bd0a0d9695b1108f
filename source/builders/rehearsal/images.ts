import {randomBytes} from 'node:crypto';
import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import type {StepContext} from '../../pipeline/step.ts';
import type {ImageStore} from '../builder.ts';
import {buildah, confinedBuildah} from './buildah.ts';
import {confinedOffline} from './namespaces.ts';

// buildah's exit code for "no such image" is 125, in older versions 1.
const orMissing = [0, 1, 125];

/** Images in local container storage. */
export const images: ImageStore = {
	place: 'local container storage (buildah)',

	async inspect({host, signal}, reference) {
		const {stdout, exitCode} = await buildah(host, ['images', '--json', '--no-trunc', reference], {
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
			bytes: await sizeOf(host, reference, signal),
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

	async remove({host, signal}, reference) {
		await buildah(host, ['rmi', reference], {signal, what: `Removing image ${reference}`});
	},

	async push({host, signal, report}, reference) {
		await buildah(host, ['push', ...tlsFor(reference), reference, `docker://${reference}`], {
			signal,
			onLines: (text, stream) => report.log({stream, text}),
			what: `Pushing ${reference}`,
			hint: 'Log in to the registry first (`buildah login`), or correct IMAGE_REGISTRY.',
		});
	},
};

/**
 * Makes a working container of a local image, journaled before it is made.
 * @returns what removes it; that also happens when the run ends.
 */
export const makeContainer = async (
	c: Pick<StepContext, 'host' | 'signal' | 'run'> & Partial<Pick<StepContext, 'cleanup'>>,
	name: string,
	reference: string,
): Promise<() => Promise<void>> => {
	const forget = c.host.journal.record({kind: 'buildah-container', name});
	const remove = async () => {
		await buildah(c.host, ['rm', name], {exitCodes: orMissing, what: `Removing the container ${name}`});
		forget();
	};
	const once = c.cleanup?.add(`the container ${name}`, remove) ?? remove;
	try {
		await confinedBuildah(c.host, ['from', '--pull-never', '--name', name, reference], {
			signal: c.signal,
			env: {TMPDIR: c.run.temporary},
			what: `Making a container of ${reference}`,
			hint: 'Build the image first.',
		});
	} catch (error) {
		await once();
		throw error;
	}
	return once;
};

const sizeOf = async (host: Host, reference: string, signal: AbortSignal | undefined) => {
	const {stdout} = await buildah(host, ['images', '--format', '{{.Size}}', reference], {
		signal,
		what: `Looking at the size of ${reference}`,
	});
	return parseSize(stdout.trim());
};

/** Bytes of a size as buildah prints it: "1.07 GB", decimal units. */
export const parseSize = (text: string): number => {
	const [, number, unit = 'B'] = /^([\d.]+)\s*([kKMGT]?B)/.exec(text) ?? [];
	const power = {B: 0, KB: 1, MB: 2, GB: 3, TB: 4}[unit.toUpperCase()] ?? 0;
	return Math.round(Number(number ?? 0) * 1000 ** power);
};

/** A registry on this machine (a test's, a mirror's) has no certificate; any other must have one. */
const tlsFor = (reference: string): readonly string[] => {
	const [registry = ''] = reference.split('/');
	if (registry === 'localhost') {
		throw new FixableError('push-localhost', `${reference} names no registry, so it can't be pushed`, {
			hint: 'Set IMAGE_REGISTRY to a registry, for example localhost:5000 or registry.example.com/team.',
			exit: 'push',
		});
	}
	const loopback = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(registry);
	return loopback ? ['--tls-verify=false'] : [];
};
