import {describe, expect, test} from 'vitest';
import {importGraph, roomOf, writtenImports} from '../tools/import-graph.mjs';

// What everybody may import.
const ground = ['errors', 'exit-codes', 'own-command', 'text'];

const below = {
	pipeline: ['settings', 'compatibility', 'host'],
	firmware: ['downloads', 'host', 'settings', 'pipeline'],
	verification: ['host', 'settings', 'pipeline', 'compatibility'],
};
const builders = ['builders', ...new Set([...below.firmware, ...below.verification]), 'firmware', 'verification'];
const steps = ['steps', ...builders, 'machine'];

/** Folder or file of source/ → what it may import besides the ground; the table of docs/architecture.md. */
const allowed: Record<string, readonly string[]> = {
	errors: [],
	'exit-codes': [],
	'own-command': [],
	text: [],
	settings: [],
	host: [],
	compatibility: ['settings'],
	// The supplier of facts: the type of the machine it looks at, no more.
	'compatibility/gather-facts.ts': ['settings', 'host'],
	pipeline: below.pipeline,
	wizard: ['settings', 'compatibility'],
	downloads: ['host'],
	firmware: below.firmware,
	machine: ['host', 'settings', 'pipeline'],
	verification: below.verification,
	builders: builders.slice(1),
	steps: steps.slice(1),
	reporters: ['pipeline', 'settings'],
	app: [...steps, 'reporters', 'wizard', 'prompts'],
	// Only the type of what they can make happen.
	tui: ['pipeline', 'settings', 'compatibility', 'wizard', 'app/actions.ts', 'app/run-questions.ts'],
	prompts: ['pipeline', 'settings', 'compatibility', 'wizard', 'app/actions.ts'],
	'run-on-screens': ['app', 'tui', 'pipeline', 'reporters'],
	commands: ['app', 'prompts', 'run-on-screens', 'reporters', ...steps],
	'setting-flags': ['settings'],
	'record-commands': ['commands', 'app', 'setting-flags'],
	'command-table': ['commands', 'app', 'pipeline', 'record-commands', 'setting-flags'],
	'command-line': ['command-table', 'settings', 'setting-flags'],
	main: ['command-line', 'commands', 'app', 'host', 'settings', 'pipeline', 'reporters'],
	cli: ['main'],
};

// Inside builders/canvos imports run downwards, too: the files beside its folders put these together and may import them all.
const insideCanvos: Record<string, readonly string[]> = {
	failures: [],
	source: [],
	edits: ['source'],
	inputs: ['source', 'edits'],
	docker: [],
	earthly: [],
	'earthly/stream': ['earthly', 'failures'],
	'earthly/console': ['earthly', 'failures'],
	'earthly/runners': ['docker'],
	'earthly/run': ['earthly', 'earthly/stream', 'earthly/console', 'earthly/runners', 'docker', 'failures'],
};

const files = [...importGraph.keys()];
const partOf = (file: string) => roomOf(file).replace(/\.tsx?$/, '');
const ownImportsOf = (name: string) => importGraph.get(name) ?? [];

// Whoever opens files, sockets or processes by itself: host/, and with a reason, these.
const doors: Record<string, readonly [pattern: RegExp, why: string]> = {
	'app/check-named-files.ts': [/^node:fs/, 'looks at what settings name, and opens nothing'],
	'app/record-file.ts': [/^node:fs/, 'the record of a run must say how its own disk failed'],
	'builders/canvos/docker/daemon-trust.ts': [
		/^node:(net|tls|dns)/,
		'judges a registry by what Docker trusts, in the place of what we do',
	],
	'builders/canvos/docker/registry-client.ts': [/^(got|node:http)/, 'asks registries, along the routes of host/'],
	'builders/canvos/earthly/runners/buildkit-version.ts': [
		/^node:(net|tls|http2)/,
		'HTTP/2 without ALPN, which no client speaks',
	],
	'builders/canvos/earthly/runners/remote-probe.ts': [
		/^node:(net|tls|http2|dns)/,
		'asks a BuildKit whether it listens',
	],
	'cli.ts': [/^node:(module|os)/, 'runs before all else'],
	'downloads/': [/^(got$|node:(fs|http))/, 'files of gigabytes, in pieces that host/ knows nothing of'],
	'firmware/': [/^node:fs/, 'links, and archives as streams'],
	'machine/vm/qemu-sockets.ts': [/^node:net/, 'QEMU speaks over sockets of a folder of its own'],
	'main.ts': [/^node:fs/, 'reads its own version'],
	'verification/iso/': [/^node:fs/, 'reads an ISO at places, not whole'],
};

describe('import directions', () => {
	test.each(files)('%s imports only what its folder may', name => {
		const part = partOf(name);
		const may = allowed[name] ?? allowed[part];
		expect(may, `${part} is missing in the table`).toBeDefined();
		const wrong = ownImportsOf(name).filter(target => {
			const other = partOf(target);
			return other !== part && ![...ground, ...(may ?? [])].some(one => one === other || one === target);
		});
		expect(wrong).toEqual([]);
	});

	test('no file imports itself by others, types included', () => {
		expect(cycles()).toEqual([]);
	});

	test('nobody but host/ touches files, processes or the network, save where a reason says why', () => {
		const outside = /^(node:(fs|child_process|net|http|https|http2|tls|dns|os|cluster|dgram)(\/|$)|execa$|got$)/;
		const found = [...writtenImports].flatMap(([name, targets]) =>
			name.startsWith('host/') ? [] : targets.filter(target => outside.test(target)).map(target => ({name, target})),
		);
		const doorOf = (name: string) =>
			Object.keys(doors).find(door => name === door || (door.endsWith('/') && name.startsWith(door)));
		const unexplained = found.filter(({name, target}) => !doors[doorOf(name) ?? '']?.[0].test(target));
		expect(unexplained).toEqual([]);
		// A door that nobody uses is closed.
		expect(Object.keys(doors).filter(door => !found.some(({name}) => doorOf(name) === door))).toEqual([]);
	});

	const canvosRoomOf = (name: string) =>
		Object.keys(insideCanvos)
			.toSorted((a, b) => b.length - a.length)
			.find(room => name.startsWith(`builders/canvos/${room}/`));

	test.each(files.filter(canvosRoomOf))('%s imports nothing above it in CanvOS', name => {
		const room = canvosRoomOf(name) ?? '';
		const wrong = ownImportsOf(name)
			.filter(target => target.startsWith('builders/canvos/'))
			.filter(target => canvosRoomOf(target) !== room && !insideCanvos[room]?.includes(canvosRoomOf(target) ?? ''));
		expect(wrong).toEqual([]);
	});
});

/** Ways from a file back to itself. */
function cycles(): string[] {
	const found: string[] = [];
	const done = new Set<string>();
	const visit = (name: string, way: readonly string[]) => {
		if (way.includes(name)) found.push([...way.slice(way.indexOf(name)), name].join(' → '));
		else if (!done.has(name)) {
			for (const target of ownImportsOf(name)) visit(target, [...way, name]);
			done.add(name);
		}
	};
	for (const name of files) visit(name, []);
	return found;
}
