import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {builderOf} from '../../source/builders/choose-builder.ts';
import {fieldList} from '../../source/settings/fields.ts';
import {catalogue} from '../../source/steps/index.ts';
import {keymaps} from '../../source/tui/keymap.ts';
import {decisions} from '../../source/wizard/decisions.ts';
import {settingsOf} from '../settings/settings-of.ts';

const source = join(import.meta.dirname, '../../source');

/** Every text of the source, with the file that it stands in: what is between quotes and is no code. */
const texts = readdirSync(source, {recursive: true, encoding: 'utf8'})
	.filter(path => /\.tsx?$/.test(path))
	.flatMap(path =>
		readFileSync(join(source, path), 'utf8')
			.split('\n')
			.filter(row => !/^\s*(\/\/|\/?\*)/.test(row) && !/^(import|export) .* from /.test(row))
			.flatMap(row => [...row.matchAll(/'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)])
			.map(([, plain, template]) => ({path, text: (plain ?? template ?? '').replace(/\$\{[^}]*\}/g, '…')})),
	);

const saying = (pattern: RegExp) =>
	texts.filter(({text}) => / /.test(text) && pattern.test(text)).map(({path, text}) => `${path}: ${text}`);

test('questions end in "?", titles of settings are few words, help is whole sentences', () => {
	for (const {question, title, help, name} of fieldList) {
		expect(question, name).toMatch(/^[A-Z].*\?$/);
		expect(title.split(' ').length, title).toBeLessThanOrEqual(6);
		expect(title, name).not.toMatch(/[.?!]$/);
		for (const said of [help.what, help.why, help.breaks]) expect(said, name).toMatch(/\.$/);
	}
	for (const {question, help} of decisions) {
		expect(question).toMatch(/\?$/);
		for (const said of Object.values(help)) expect(said).toMatch(/^[A-Z].*\.$/);
	}
});

test('no two settings have the same title', () => {
	const titles = fieldList.map(({title}) => title);
	expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('a safe value that depends on the builder is told for both', () => {
	for (const {help, name} of fieldList)
		if (/rehearsal/i.test(help.safe) && name !== 'BUILDER')
			expect(help.safe, name).toMatch(/CanvOS|A registry of your own/);
});

test('a step runs by a verb in -ing and has ended by another word', () => {
	for (const builder of ['rehearsal', 'canvos'] as const)
		for (const {title, done} of catalogue(builderOf(settingsOf(`BUILDER=${builder}`)))) {
			expect(title).toMatch(/^[A-Z][a-z]+ing /);
			expect(done).not.toMatch(/^[A-Z][a-z]+ing /);
		}
});

test('keys say what they do in a clause, and in the footer in a few words', () => {
	for (const map of Object.values(keymaps))
		for (const {does, hint = ''} of Object.values(map as Record<string, {does: string; hint?: string}>)) {
			expect(does).toMatch(/^[A-Z].*[^.]$/);
			expect(hint.split(' ').length).toBeLessThanOrEqual(3);
		}
});

test('rules name settings by words or by their upper-case names, as flags and environment know them', () => {
	const inner = fieldList.map(({key}) => key).filter(key => /[A-Z]/.test(key));
	const named = saying(new RegExp(`\\b(${inner.join('|')})\\b`));
	expect(named.filter(row => row.startsWith('compatibility/'))).toEqual([]);
});

test('negations are written out', () => {
	expect(
		saying(/\b(can|is|does|are|wo|do|has|have|was)n?['’]t\b/).filter(row => !row.includes('log-search.ts')),
	).toEqual([]);
});

test('sizes are in powers of 1000; only memory of the VM is in MiB', () => {
	expect(
		saying(/\b[KMG]iB\b/).filter(row => !/^(machine\/(qemu-checks|vm\/memory-and-cores)|settings\/)/.test(row)),
	).toEqual([]);
});

test('what went is gone: words that contradicted today', () => {
	expect(
		saying(/\b(boot test|boot-test an|comes? with the program|can be had|is asked, not|(?<!safe\.)directory)\b/i),
	).toEqual([]);
	expect(saying(/GB of disk and nothing else/)).toEqual([]);
});
