import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'source');

/** What each file of source/ imports, types and `import()` included: file → targets as they are written. */
export const writtenImports = new Map(
	readdirSync(source, {recursive: true, encoding: 'utf8'})
		.filter(name => /\.tsx?$/.test(name))
		.sort()
		.map(name => [
			name,
			[...readFileSync(join(source, name), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
				([, target]) => target ?? '',
			),
		]),
);

/** The same, files of ours alone: file → files, both as paths below source/. */
export const importGraph = new Map(
	[...writtenImports].map(([name, targets]) => [
		name,
		targets
			.filter(target => target.startsWith('.'))
			.map(target => relative(source, resolve(source, dirname(name), target))),
	]),
);

/** The folder of source/ that a file stands in, or the file itself where it stands in none. */
export const roomOf = name => name.split('/')[0] ?? name;

/** Imports between rooms as a Mermaid flowchart, without those that follow from others. */
export function roomsPicture() {
	const everywhere = new Set(['errors.ts', 'exit-codes.ts', 'own-command.ts', 'text']);
	const edges = new Map();
	const counts = new Map();
	for (const [name, targets] of importGraph) {
		const room = roomOf(name);
		if (everywhere.has(room)) continue;
		counts.set(room, (counts.get(room) ?? 0) + 1);
		const rooms = edges.get(room) ?? new Set();
		for (const target of targets.map(roomOf)) if (target !== room && !everywhere.has(target)) rooms.add(target);
		edges.set(room, rooms);
	}
	const reaches = (from, to, seen = new Set([from])) =>
		[...(edges.get(from) ?? [])].some(next => {
			if (next === to) return true;
			if (seen.has(next)) return false;
			seen.add(next);
			return reaches(next, to, seen);
		});
	const lines = [...edges].flatMap(([room, targets]) =>
		[...targets]
			.filter(target => ![...targets].some(other => other !== target && other !== room && reaches(other, target)))
			.sort()
			.map(target => `\t${nodeOf(room)} --> ${nodeOf(target)}`),
	);
	const nodes = [...counts].map(([room, count]) => `\t${nodeOf(room)}["${room}${count > 1 ? ` (${count})` : ''}"]`);
	return ['```mermaid', 'flowchart TD', ...nodes, ...lines, '```'].join('\n');
}

/** The document with that picture between its two marks. */
export const withRooms = document =>
	document.replace(/(<!-- rooms -->\n).*?(<!-- \/rooms -->)/s, (_, begin, end) => `${begin}${roomsPicture()}\n${end}`);

const nodeOf = room => room.replace(/\.tsx?$/, '').replaceAll('-', '_');
