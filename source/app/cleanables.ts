import {join} from 'node:path';
import {builderOf} from '../builders/choose-builder.ts';
import {removeOurs} from '../host/reaper.ts';
import {sizeOnDisk} from '../host/size-on-disk.ts';
import type {Cleanable} from '../pipeline/workspace.ts';
import {outputNames} from '../settings/output-names.ts';
import type {Invocation} from './invocation.ts';
import {loadReadableSettings} from './load-settings.ts';
import {deletedPresets} from './preset-deletion.ts';

/** Something that can go. `title` tells where it is, too. */
export type Candidate = {
	kind: Cleanable;
	title: string;
	bytes: number;
	/** @throws {FixableError} when somebody uses it; without it nobody can. */
	mustBeFree?(): Promise<void>;
	remove(): Promise<void>;
};

/** Everything of this workspace that can be removed, with the bytes that it takes. */
export async function findCandidates(invocation: Invocation): Promise<Candidate[]> {
	const {workspace, host} = invocation;
	const {settings: given} = await loadReadableSettings(invocation);
	const builder = builderOf(given);
	const settings = await builder.resolve(given, invocation).catch(() => given);
	const names = outputNames(settings);
	const folder = async (kind: Cleanable, title: string, path: string): Promise<Candidate> => ({
		kind,
		title: `${title}: ${path}`,
		bytes: await sizeOnDisk(path),
		remove: () => removeOurs(host, path, workspace.root),
	});
	const imageCandidate = async (what: string, reference: string): Promise<Candidate[]> => {
		const c = {...invocation, signal: never};
		const image = await builder.images.inspect(c, reference).catch(() => undefined);
		if (!image || image.foreign) return [];
		const title = `${what} ${reference} in ${builder.images.place}`;
		return [{kind: 'images', title, bytes: image.bytes, remove: () => builder.images.remove(c, reference)}];
	};
	const built = await host.files.list(workspace.build);
	const artifacts = built.filter(name => /\.(iso|iso\.sha256|yaml)$/.test(name));
	const images = await Promise.all([
		imageCandidate('Provider image', names.providerImage),
		imageCandidate('Installer image', names.installerImage),
	]);
	const caches = await builder.caches({host, signal: never}).catch(() => []);
	return [
		...(await Promise.all(artifacts.map(name => folder('artifacts', 'Artifact', join(workspace.build, name))))),
		...images.flat(),
		await folder('firmware', 'Firmware', workspace.redist),
		await folder('trees', 'Kept source trees', join(workspace.state, 'temporary')),
		await folder('cache', 'Build cache', workspace.cache),
		...caches.map(cache => ({kind: 'cache' as const, ...cache})),
		await folder('runs', 'Records of past runs', workspace.runs),
		await folder('deleted-presets', 'Deleted presets', deletedPresets(workspace)),
	];
}

// Looking and removing take moments; a Ctrl-C ends the program.
const {signal: never} = new AbortController();
