import {join} from 'node:path';
import {FixableError} from '../../errors.ts';
import {ownCommand} from '../../own-command.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {packageProgress} from './apt-progress.ts';
import {type AptSources, proxyEnvironment, readAptSources} from './apt-sources.ts';
import {runConfined} from './buildah.ts';
import {basePackages, type Distribution, neededDistribution} from './supported-distributions.ts';

/** What a root filesystem is made from. */
export type BaseIngredients = {distribution: Distribution; packages: readonly string[]; sources: AptSources};

/** What the root filesystem of these settings is made from on this machine. */
export async function baseIngredients({
	settings,
	host,
	signal,
}: Pick<StepContext, 'settings' | 'host' | 'signal'>): Promise<BaseIngredients> {
	const distribution = neededDistribution(host.machine.os);
	return {
		distribution,
		packages: basePackages(distribution, host.machine.arch, settings.edgeAppliance),
		sources: await readAptSources(host, distribution, signal),
	};
}

/** Raised when the command line below changes, so that older bases are not taken for it. */
export const recipe = 1;

/**
 * Makes a root filesystem as a tar.
 * @param work A folder for what lies about meanwhile.
 * @throws {FixableError} where this machine has no archive to take packages from.
 */
export async function runMmdebstrap(
	{host, settings, report, signal}: StepContext,
	{distribution, packages, sources}: BaseIngredients,
	{work, target}: {work: string; target: string},
): Promise<void> {
	const {os, arch} = host.machine;
	if (sources.text === '') {
		throw new FixableError('apt-sources', `This machine's apt sources have no archive of ${os.name}`, {
			hint: 'Look at /etc/apt/sources.list and /etc/apt/sources.list.d: an entry for the release itself is needed.',
			exit: 'host',
		});
	}
	const list = join(work, 'machine.sources');
	await host.files.write(list, sources.text);
	report.note(`making a base image of ${distribution.title} ${os.codename}: ${packages.join(' ')}`);
	const progress = packageProgress(report);
	await runConfined(
		host,
		[
			'mmdebstrap',
			'--mode=root',
			'--verbose',
			'--variant=minbase',
			`--architectures=${arch}`,
			`--components=${distribution.components.join(',')}`,
			`--include=${packages.join(',')}`,
			...sources.options.map(option => `--aptopt=${option.replace('=', ' "')}"`),
			...['doc', 'man', 'info', 'locale', 'lintian'].map(name => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
			'--dpkgopt=path-include=/usr/share/doc/*/copyright',
			...keyHooks(sources.keys),
			// Device files need privileges to unpack, and a started system makes its own.
			'--skip=output/dev,output/mknod',
			'--format=tar',
			os.codename,
			target,
			list,
		],
		{
			signal,
			cwd: work,
			env: {
				...proxyEnvironment(settings, sources),
				TMPDIR: work,
				// The kernel's hooks would make an initrd now; the image gets its own at the end.
				INITRD: 'No',
			},
			onLines(text, stream) {
				report.log({stream, text});
				progress(text);
			},
			what: 'Making the base image',
			hint: `See the last lines: most often the package mirror is not reachable. ${ownCommand('doctor')} checks it.`,
		},
	);
}

// Keys of the distribution's own keyring package are in the image anyway; a mirror's own key has to come along.
function keyHooks(keys: readonly string[]) {
	const foreign = keys.filter(key => !/^\/usr\/share\/keyrings\/(debian|ubuntu)-[\w.-]+$/.test(key));
	return foreign
		.filter(key => /^[\w./+-]+$/.test(key))
		.flatMap(key => [
			`--customize-hook=mkdir -p "$1"${key.slice(0, key.lastIndexOf('/'))}`,
			`--customize-hook=upload ${key} ${key}`,
		]);
}
