import {FixableError} from '../../../errors.ts';
import {ownCommand} from '../../../own-command.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {type ImageInfo, ownName} from '../../image-store.ts';

type Place = Pick<StepContext, 'host' | 'signal' | 'workspace'>;

/** The image of exactly that name, or id; undefined when there is none. */
export async function imageNamed(
	{host, signal}: Pick<Place, 'host' | 'signal'>,
	name: string,
): Promise<ImageInfo | undefined> {
	const {exitCode, stdout, stderr} = await host.run({
		program: 'docker',
		args: ['image', 'inspect', name],
		exitCodes: [0, 1],
		what: `Looking for ${name}`,
		signal,
	});
	if (exitCode === 0) return imageInfo(stdout);
	if (/no such image/i.test(stderr)) return undefined;
	throw new FixableError('docker-unusable', `Docker could not be asked for ${name}: ${stderr.trim()}`, {
		hint: `Run ${ownCommand('doctor')}.`,
		exit: 'host',
	});
}

/** The image of that name which this workspace built, whoever has the name by now. */
export const ownImage = (c: Place, reference: string) => imageNamed(c, ownName(c.workspace, reference));

/**
 * Gives the image that was just built a name of this workspace's own, and removes the one that had it before when nothing
 * else names it. False when there is no image of that name.
 */
export async function keepAsOurs(c: Place & Pick<StepContext, 'report'>, reference: string): Promise<boolean> {
	const {host, signal, workspace} = c;
	const [built, before] = await Promise.all([imageNamed(c, reference), ownImage(c, reference)]);
	if (!built) return false;
	await host.run({
		program: 'docker',
		args: ['tag', reference, ownName(workspace, reference)],
		what: `Naming ${reference}`,
		signal,
	});
	if (!before || before.id === built.id) return true;
	await removeNameless(c, before.id, `removed the image that was named ${reference} before`);
	return true;
}

async function removeNameless({host, signal, report}: Place & Pick<StepContext, 'report'>, id: string, note: string) {
	const docker = (args: readonly string[], what: string) =>
		host.run({program: 'docker', args, exitCodes: [0, 1], what, signal});
	const names = await docker(
		['image', 'inspect', '--format', '{{join .RepoTags " "}}', id],
		`Looking for names of ${id}`,
	);
	if (names.exitCode !== 0 || names.stdout.trim() !== '') return;
	// A container that somebody made of it keeps it.
	const {exitCode} = await docker(['image', 'rm', id], 'Removing the replaced image');
	if (exitCode === 0) report.note(note);
}

function imageInfo(json: string): ImageInfo {
	const [image] = JSON.parse(json) as [{Id: string; Size: number; Created?: string}];
	const createdAt = Date.parse(image.Created ?? '');
	return {id: image.Id, bytes: image.Size, ...(Number.isFinite(createdAt) && {createdAt})};
}
