import {basename, join} from 'node:path';
import type {Host} from '../host/host.ts';
import {absolutePath, type PathBase} from '../settings/path-settings.ts';
import type {PathCandidate} from './actions.ts';

const mostCandidates = 50;

/** What a path that is being typed can go on to: the text as far as it is clear, and the names there are; folders end in a slash. */
export async function completePath(
	{files}: Pick<Host, 'files'>,
	base: PathBase,
	text: string,
): Promise<{text: string; candidates: readonly PathCandidate[]}> {
	const typed = text.endsWith('/') ? '' : basename(text);
	const before = text.slice(0, text.length - typed.length);
	const folder = absolutePath(before === '' ? '.' : before, base);
	const names = await files.list(folder).catch(() => []);
	const fitting = names.filter(name => name.startsWith(typed) && (typed.startsWith('.') || !name.startsWith('.')));
	const candidates = await Promise.all(
		fitting.slice(0, mostCandidates).map(async (name): Promise<PathCandidate> => {
			const info = await files.info(join(folder, name)).catch(() => undefined);
			return info?.kind === 'folder' ? {name: `${name}/`} : {name, bytes: info?.size};
		}),
	);
	const shared = candidates
		.map(({name}) => name)
		.reduce((one, other) => one.slice(0, lengthInCommon(one, other)), candidates[0]?.name ?? typed);
	return {text: before + (shared.length > typed.length ? shared : typed), candidates};
}

function lengthInCommon(one: string, other: string): number {
	let length = 0;
	while (length < one.length && one[length] === other[length]) length++;
	return length;
}
