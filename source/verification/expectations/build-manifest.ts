import type {OutputNames} from '../../settings/output-names.ts';
import type {Settings} from '../../settings/settings.ts';
import type {ProbeFacts} from '../probe/probe-answer.ts';
import {type Expectation, fail, pass, type Where, warn, words} from './expectation-type.ts';

/** Compares the manifest in the image with the settings, and both with what is really there. */
export const manifestVerdict =
	(settings: Settings, names: OutputNames, where: Where): Expectation['verdictOn'] =>
	facts => {
		if (facts.manifest === 'absent') return fail('/etc/edge-builder/image.json is missing');
		const at = decodedManifest(facts.manifest);
		if (at() === undefined) return fail('/etc/edge-builder/image.json cannot be read');
		const differences = [
			differs('rehearsal', at('rehearsal'), settings.builder === 'rehearsal'),
			differs('distribution', at('os', 'distribution'), settings.osDistribution),
			differs('version', at('os', 'version'), settings.osVersion),
			differs('architecture', at('os', 'arch'), settings.arch),
			differs('Kubernetes', at('kubernetes', 'version'), settings.k8sVersion),
			differs('NFS over RDMA', at('nfsOverRdma'), settings.nfsOverRdma),
			differs('bundle', at('bfb', 'file'), names.bfbFile),
			...bundleDifferences(names, facts, at, where),
			...fileDifferences(at('files'), facts),
		].filter(text => text !== undefined);
		if (differences.length > 0) return fail(differences.join('; '));
		const changed = typeof at('canvosChanges') === 'string' ? '; CanvOS was built with local changes' : '';
		return typeof at('bfb', 'sha256') === 'string'
			? pass(`agrees with the settings and with what is there${changed}`)
			: warn(`agrees, but no sha256 of the bundle was known${changed}`, 'Set BFB_SHA256 to have it checked.');
	};

/** Reads a manifest as the probe gives it; `at()` of one that cannot be read is undefined, and so is what is not there. */
export function decodedManifest(base64: string): At {
	const manifest = decoded(base64);
	return (...keys) => keys.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), manifest);
}

function decoded(base64: string): unknown {
	try {
		return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'));
	} catch {
		return undefined;
	}
}

type At = (...keys: string[]) => unknown;

function bundleDifferences(names: OutputNames, facts: ProbeFacts, at: At, where: Where) {
	const entries = facts.bfb.split(';').map(entry => entry.trim().split(' '));
	const index = entries.findIndex(([name]) => name === names.bfbFile);
	const bytes = at('bfb', 'bytes');
	const sha256 = at('bfb', 'sha256');
	return [
		bytes === undefined ? undefined : differs('bytes of the bundle', Number(entries[index]?.[1]), bytes),
		// Hashing gigabytes in an emulated machine takes minutes; the image was hashed already.
		sha256 === undefined || where === 'live'
			? undefined
			: differs('sha256 of the bundle', words(facts['bfb-sha256'])[index], sha256),
	];
}

function fileDifferences(files: unknown, facts: ProbeFacts) {
	if (!Array.isArray(files) || files.length === 0) return ['it lists no files'];
	const found = new Map(facts.files.split(';').map(entry => entry.trim().split(' ') as [string, string]));
	return (files as unknown[]).map(file =>
		isRecord(file) && typeof file.path === 'string'
			? found.get(file.path) === file.sha256
				? undefined
				: `${file.path} was changed`
			: 'a file without a path',
	);
}

const differs = (what: string, found: unknown, wanted: unknown) =>
	found === wanted ? undefined : `${what}: ${String(found)}, not ${String(wanted)}`;

const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
