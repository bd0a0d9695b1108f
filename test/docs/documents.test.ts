import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {describe, expect, test} from 'vitest';
import {failureRules} from '../../source/builders/canvos/failures/rule-book.ts';
import {exitCodes} from '../../source/exit-codes.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = [
	'README.md',
	'CONTRIBUTING.md',
	...readdirSync(join(root, 'docs'))
		.filter(name => name.endsWith('.md'))
		.map(name => `docs/${name}`),
];

describe('the documents', () => {
	test.each(documents)('%s links only to what exists', path => {
		const targets = [...read(path).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target ?? '');
		const local = targets.filter(target => !/^[a-z]+:/.test(target));
		expect(local.filter(target => !existsSync(join(root, dirname(path), target)))).toEqual([]);
	});

	test('explain every cause that a failed build can be told to have', () => {
		const text = read('docs/troubleshooting.md');
		expect(failureRules.map(({code}) => code).filter(code => !text.includes(`### ${code}\n`))).toEqual([]);
	});

	test('list every exit code', () => {
		const text = read('docs/commands.md');
		expect(Object.values(exitCodes).filter(code => !text.includes(`| ${code} |`))).toEqual([]);
	});
});
