import type {Host} from '../../host/host.ts';
import type {Command} from '../../host/processes.ts';
import type {StepContext} from '../../pipeline/step.ts';
import {linesOf} from '../../text/lines.ts';
import {ownName} from '../image-store.ts';
import {buildah, confinedBuildah, imageIdOf, limitOptions, orMissing} from './buildah.ts';

type Place = Pick<StepContext, 'host' | 'signal' | 'workspace'>;
type ContainerContext = Pick<StepContext, 'host' | 'signal' | 'run'> & Partial<Pick<StepContext, 'cleanup'>>;

/** The name by which an image is had here: one that wasn't made here, as one that was pulled to be verified, has only its own. */
export async function nameHere(c: Place, reference: string): Promise<string> {
	const own = ownName(c.workspace, reference);
	return (await imageIdOf(c, own)) === undefined ? reference : own;
}

/**
 * Makes a working container of a local image.
 * @returns what removes it; that also happens when the run ends.
 */
export async function makeContainer(
	c: Place & ContainerContext,
	name: string,
	reference: string,
): Promise<() => Promise<void>> {
	const image = await nameHere(c, reference);
	return startContainer(c, name, ['--pull-never', ...limitOptions(c.host), image], {
		what: `Making a container of ${reference}`,
		hint: 'Build the image first.',
	});
}

/**
 * The same by the words of `buildah from`; journaled before it is made.
 * @returns what removes it; that also happens when the run ends.
 */
export async function startContainer(
	{host, signal, run, cleanup}: ContainerContext,
	name: string,
	from: readonly string[],
	options: Pick<Command, 'what' | 'hint' | 'onLines'>,
): Promise<() => Promise<void>> {
	const forget = host.journal.record({kind: 'buildah-container', name});
	const remove = async () => {
		await buildah(host, ['rm', name], {exitCodes: orMissing, what: `Removing the container ${name}`});
		forget();
	};
	const once = cleanup?.add(`the container ${name}`, remove) ?? remove;
	try {
		await confinedBuildah(host, ['from', '--name', name, ...from], {...options, signal, env: {TMPDIR: run.temporary}});
	} catch (error) {
		await once();
		throw error;
	}
	return once;
}

/** Removes a working container that a killed run left, by its exact name. @returns 1, or 0 when it is gone already. */
export async function removeBuildContainer(host: Host, name: string): Promise<number> {
	if (!(await host.which('buildah'))) return 0;
	const {stdout} = await buildah(host, ['containers', '--format', '{{.ContainerName}}'], {
		what: 'Looking for leftovers',
	});
	if (!linesOf(stdout).includes(name)) return 0;
	await buildah(host, ['rm', name], {what: `Removing the leftover ${name}`});
	return 1;
}
