import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {describe, expect, test} from 'vitest';
import {importGraph, withRooms} from '../../tools/import-graph.mjs';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/architecture.md'), 'utf8');

test('the picture of the rooms is drawn from the imports of today (npm run docs)', () => {
	expect(withRooms(text)).toBe(text);
});

/** Where files meet that don't import each other. */
const contracts = ['pipeline/step.ts', 'pipeline/events.ts', 'app/actions.ts'];

const walks = [...text.matchAll(/^### (.+)\n\n((?:\d+\. `.+\n)+)/gm)].map(([, title = '', list = '']) => ({
	title,
	files: [...list.matchAll(/^\d+\. `(.+?)`/gm)].map(([, file = '']) => file),
}));

const areLinked = (a: string, b: string) => {
	const [ofA, ofB] = [importGraph.get(a) ?? [], importGraph.get(b) ?? []];
	return ofA.includes(b) || ofB.includes(a) || contracts.some(file => ofA.includes(file) && ofB.includes(file));
};

describe('the walks of docs/architecture.md', () => {
	test('are four, of at most thirteen files', () => {
		expect(walks.map(({files}) => files.length)).toEqual([12, 12, 13, 7]);
	});

	test.each(walks)('$title: along imports, and nowhere twice', ({files}) => {
		expect(files.filter(file => !importGraph.has(file))).toEqual([]);
		expect(new Set(files).size).toBe(files.length);
		const loose = files.filter((file, at) => at > 0 && !files.slice(0, at).some(before => areLinked(before, file)));
		expect(loose).toEqual([]);
	});
});
