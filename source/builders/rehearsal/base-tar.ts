import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {ToolError} from '../../errors.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {runConfined} from './buildah.ts';
import {baseIngredients, recipe, runMmdebstrap} from './mmdebstrap.ts';

/** A root filesystem of this machine's distribution, by the content of what it is made from. */
export type Base = {
	/** What it is made from: distribution, packages, sources. */
	definition: string;
	/** The week it belongs to: packages of a mirror change, so a base is made again once a week. */
	week: number;
};

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** The base that these settings need today. */
export async function wantedBase(c: Pick<StepContext, 'settings' | 'host' | 'signal'>): Promise<Base> {
	const {distribution, packages, sources} = await baseIngredients(c);
	const {arch, os} = c.host.machine;
	const definition = createHash('sha256')
		.update(JSON.stringify([recipe, distribution.id, os.codename, arch, packages, sources.text, sources.options]))
		.digest('hex')
		.slice(0, 12);
	return {definition, week: Math.floor(c.host.now() / weekMs)};
}

/** Name of a base, for files and image tags. */
export function nameOfBase({definition, week}: Base) {
	return `${definition}-${week}`;
}

/** Absolute path of the folder with the cached bases. */
export function baseFolder({workspace}: Pick<StepContext, 'workspace'>) {
	return join(workspace.cache, 'rehearsal');
}

/** Absolute path of a base in the cache. */
export function baseTar(c: Pick<StepContext, 'workspace'>, base: Base) {
	return join(baseFolder(c), `base-${nameOfBase(base)}.tar`);
}

/**
 * Makes the base with mmdebstrap unless the cache has it; without a mirror, last week's does as well.
 * @returns the base that is in the cache now.
 */
export async function ensureBaseTar(c: StepContext, base: Base): Promise<Base> {
	if (await c.host.files.exists(baseTar(c, base))) {
		c.report.note(`base image ${nameOfBase(base)} is in the cache`);
		return base;
	}
	try {
		await makeBaseTar(c, base);
	} catch (error) {
		const older = error instanceof ToolError ? await newestOf(c, base.definition) : undefined;
		if (!older) throw error;
		c.report.note(`the base image could not be made anew (${(error as Error).message}); an older one is used`);
		return older;
	}
	await pruneBaseTars(c, base);
	return base;
}

async function makeBaseTar(c: StepContext, base: Base) {
	const {host} = c;
	const work = join(c.run.temporary, 'base');
	const aside = join(baseFolder(c), `.${c.run.id}.tar.part`);
	const ingredients = await baseIngredients(c);
	const forget = [{kind: 'folder', path: work} as const, {kind: 'file', path: aside} as const].map(leftover =>
		host.journal.record(leftover),
	);
	const clean = c.cleanup.add('the unfinished base image', async () => {
		// The tree belongs to root of the namespace, which for an ordinary user is someone else outside of it.
		await runConfined(host, ['rm', '-rf', '--', work, aside], {what: 'Removing the unfinished base image'});
		for (const done of forget) done();
	});
	await host.files.makeFolder(work);
	await host.files.makeFolder(baseFolder(c));
	await runMmdebstrap(c, ingredients, {work, target: aside});
	await host.files.move(aside, baseTar(c, base));
	await clean();
}

const cached = async (c: Pick<StepContext, 'host' | 'workspace'>): Promise<Base[]> =>
	(await c.host.files.list(baseFolder(c))).flatMap(name => {
		const [, definition, week] = /^base-([0-9a-f]+)-(\d+)\.tar$/.exec(name) ?? [];
		return definition === undefined ? [] : [{definition, week: Number(week)}];
	});

const newestOf = async (c: StepContext, definition: string): Promise<Base | undefined> =>
	(await cached(c)).filter(base => base.definition === definition).sort((a, b) => b.week - a.week)[0];

// Another definition (standard beside edge) of the same week stays.
async function pruneBaseTars(c: StepContext, made: Base) {
	for (const base of await cached(c)) {
		if (base.week >= made.week) continue;
		await c.host.files.remove(baseTar(c, base), c.workspace.cache);
		c.report.note(`removed the base image ${nameOfBase(base)} from the cache: it is from an earlier week`);
	}
}
