import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {describe, expect, test} from 'vitest';

const source = resolve(import.meta.dirname, '../source');

// design: ground (errors, exit codes) may be imported by everyone; the rest as the table in docs/architecture.md says.
const ground = ['errors', 'exit-codes'];
const allowed: Record<string, readonly string[]> = {
	errors: [],
	'exit-codes': [],
	format: [],
	settings: [],
	host: [],
	compatibility: ['settings'],
	pipeline: ['settings', 'compatibility', 'host'],
	wizard: ['settings', 'compatibility'],
	firmware: ['host', 'settings', 'pipeline'],
	machine: ['host', 'settings', 'pipeline'],
	verification: ['host', 'settings', 'pipeline'],
	builders: ['firmware', 'verification', 'host', 'settings', 'compatibility', 'pipeline'],
	steps: ['builders', 'firmware', 'machine', 'verification', 'host', 'settings', 'compatibility', 'pipeline', 'format'],
	reporters: ['pipeline', 'settings', 'format'],
	tui: ['pipeline', 'settings', 'compatibility', 'wizard', 'format'],
	prompts: ['pipeline', 'settings', 'compatibility', 'wizard', 'format', 'tui'],
	commands: [
		...['steps', 'builders', 'firmware', 'machine', 'verification', 'host', 'settings', 'compatibility', 'pipeline'],
		...['reporters', 'tui', 'prompts', 'wizard', 'format'],
	],
	'setting-flags': ['settings'],
	'command-line': ['commands', 'settings', 'format', 'setting-flags'],
	main: ['command-line', 'commands', 'host', 'settings', 'pipeline', 'reporters'],
	cli: ['main'],
};

const files = readdirSync(source, {recursive: true, encoding: 'utf8'}).filter(name => /\.tsx?$/.test(name));
const partOf = (file: string) =>
	relative(source, file)
		.split('/')[0]
		?.replace(/\.tsx?$/, '') ?? '';
const importsOf = (file: string) =>
	[...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) => name ?? '');

describe('import directions', () => {
	test.each(files)('%s imports only what its folder may', name => {
		const file = join(source, name);
		const part = partOf(file);
		const may = allowed[part];
		expect(may, `${part} is missing in the table`).toBeDefined();
		const wrong = importsOf(file)
			.filter(target => target.startsWith('.'))
			.map(target => partOf(resolve(dirname(file), target)))
			.filter(target => target !== part && !ground.includes(target) && !may?.includes(target));
		expect(wrong).toEqual([]);
	});

	test.each(files.filter(name => /^(settings|compatibility|wizard|reporters|tui|prompts)\//.test(name)))(
		'%s touches neither files, processes nor the network',
		name => {
			const outside = /^(node:(fs|child_process|net|http|https|dns|os)|execa|got)/;
			expect(importsOf(join(source, name)).filter(target => outside.test(target))).toEqual([]);
		},
	);
});
