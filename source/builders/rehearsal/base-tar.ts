import {createHash} from 'node:crypto';
import {join} from 'node:path';
import {FixableError, ToolError} from '../../errors.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {readAptSources} from './apt-sources.ts';
import {runConfined} from './buildah.ts';
import {basePackages, neededDistribution} from './distribution.ts';
import {packageProgress} from './package-progress.ts';

/** A root filesystem of this machine's distribution, by the content of what it is made from. */
export type Base = {
	/** What it is made from: distribution, packages, sources. */
	definition: string;
	/** The week it belongs to: packages of a mirror change, so a base is made again once a week. */
	week: number;
};

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** The base that these settings need today. */
export const wantedBase = async (c: Pick<StepContext, 'settings' | 'host' | 'signal'>): Promise<Base> => {
	const {distribution, packages, sources} = await ingredients(c);
	const {codename} = c.host.machine.os;
	const definition = createHash('sha256')
		.update(
			JSON.stringify([recipe, distribution.id, codename, c.host.machine.arch, packages, sources.text, sources.options]),
		)
		.digest('hex')
		.slice(0, 12);
	return {definition, week: Math.floor(c.host.now() / weekMs)};
};

/** Name of a base, for files and image tags. */
export const baseName = ({definition, week}: Base) => `${definition}-${week}`;

/** Absolute path of the folder with the cached bases. */
export const baseFolder = ({workspace}: Pick<StepContext, 'workspace'>) => join(workspace.cache, 'rehearsal');

/** Absolute path of a base in the cache. */
export const baseTar = (c: Pick<StepContext, 'workspace'>, base: Base) =>
	join(baseFolder(c), `base-${baseName(base)}.tar`);

/**
 * Makes the base with mmdebstrap unless the cache has it; without a mirror, last week's does as well.
 * @returns the base that is in the cache now.
 */
export const ensureBaseTar = async (c: StepContext, base: Base): Promise<Base> => {
	if (await c.host.files.exists(baseTar(c, base))) {
		c.report.note(`base image ${baseName(base)} is in the cache`);
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
};

// Raised when the command line below changes, so that older bases are not taken for it.
const recipe = 1;

const makeBaseTar = async (c: StepContext, base: Base) => {
	const {host, settings, report, signal} = c;
	const {distribution, packages, sources} = await ingredients(c);
	if (sources.text === '') {
		throw new FixableError('apt-sources', `This machine's apt sources have no archive of ${host.machine.os.name}`, {
			hint: 'Look at /etc/apt/sources.list and /etc/apt/sources.list.d: an entry for the release itself is needed.',
			exit: 'host',
		});
	}
	const work = join(c.run.temporary, 'base');
	const aside = join(baseFolder(c), `.${c.run.id}.tar.part`);
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
	const list = join(work, 'machine.sources');
	await host.files.write(list, sources.text);

	report.note(`making a base image of ${distribution.title} ${host.machine.os.codename}: ${packages.join(' ')}`);
	const progress = packageProgress(report);
	await runConfined(
		host,
		[
			'mmdebstrap',
			'--mode=root',
			'--verbose',
			'--variant=minbase',
			`--architectures=${host.machine.arch}`,
			`--components=${distribution.components.join(',')}`,
			`--include=${packages.join(',')}`,
			...sources.options.map(option => `--aptopt=${option.replace('=', ' "')}"`),
			...['doc', 'man', 'info', 'locale', 'lintian'].map(name => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
			'--dpkgopt=path-include=/usr/share/doc/*/copyright',
			...keyHooks(sources.keys),
			// Device files need privileges to unpack, and a started system makes its own.
			'--skip=output/dev,output/mknod',
			'--format=tar',
			host.machine.os.codename,
			aside,
			list,
		],
		{
			signal,
			cwd: work,
			env: {
				...sources.proxies,
				...definedProxies(settings),
				TMPDIR: work,
				// The kernel's hooks would make an initrd now; the image gets its own at the end.
				INITRD: 'No',
			},
			onLines(text, stream) {
				report.log({stream, text});
				progress(text);
			},
			what: 'Making the base image',
			hint: 'See the last lines: most often the package mirror is not reachable. `edge-builder doctor` checks it.',
		},
	);
	await host.files.move(aside, baseTar(c, base));
	await clean();
};

const ingredients = async ({settings, host, signal}: Pick<StepContext, 'settings' | 'host' | 'signal'>) => {
	const distribution = neededDistribution(host.machine.os);
	return {
		distribution,
		packages: basePackages(distribution, host.machine.arch, settings.edgeAppliance),
		sources: await readAptSources(host, distribution, signal),
	};
};

// Keys of the distribution's own keyring package are in the image anyway; a mirror's own key has to come along.
const keyHooks = (keys: readonly string[]) => {
	const foreign = keys.filter(key => !/^\/usr\/share\/keyrings\/(debian|ubuntu)-[\w.-]+$/.test(key));
	return foreign
		.filter(key => /^[\w./+-]+$/.test(key))
		.flatMap(key => [
			`--customize-hook=mkdir -p "$1"${key.slice(0, key.lastIndexOf('/'))}`,
			`--customize-hook=upload ${key} ${key}`,
		]);
};

const definedProxies = ({httpProxy, httpsProxy, noProxy}: StepContext['settings']) =>
	Object.fromEntries(
		[
			['http_proxy', httpProxy],
			['https_proxy', httpsProxy],
			['no_proxy', noProxy],
		].filter(([, value]) => value),
	) as Record<string, string>;

const cached = async (c: Pick<StepContext, 'host' | 'workspace'>): Promise<Base[]> =>
	(await c.host.files.list(baseFolder(c))).flatMap(name => {
		const [, definition, week] = /^base-([0-9a-f]+)-(\d+)\.tar$/.exec(name) ?? [];
		return definition === undefined ? [] : [{definition, week: Number(week)}];
	});

const newestOf = async (c: StepContext, definition: string): Promise<Base | undefined> =>
	(await cached(c)).filter(base => base.definition === definition).sort((a, b) => b.week - a.week)[0];

// Another definition (standard beside edge) of the same week stays.
const pruneBaseTars = async (c: StepContext, made: Base) => {
	for (const base of await cached(c)) {
		if (base.week >= made.week) continue;
		await c.host.files.remove(baseTar(c, base), c.workspace.cache);
		c.report.note(`removed the base image ${baseName(base)} from the cache: it is from an earlier week`);
	}
};
