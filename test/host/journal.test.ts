import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createJournal, type JournalLine} from '../../source/host/journal.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const open = () => {
	const file = join(temporaryFolder(), 'deep/run.ndjson');
	const lines = () =>
		readFileSync(file, 'utf8')
			.trimEnd()
			.split('\n')
			.map(line => JSON.parse(line) as JournalLine);
	return {file, lines, journal: createJournal(file, 'run')};
};

test('what is recorded is on disk at once, behind its owner', () => {
	const {lines, journal} = open();
	journal.record({kind: 'file', path: '/x'});
	expect(lines().map(({type}) => type)).toEqual(['owner', 'made']);
});

test('a journal in which nothing is left goes away, one with a leftover stays for the next start', () => {
	const {file, lines, journal} = open();
	const forget = journal.record({kind: 'folder', path: '/x'});
	journal.record({kind: 'folder', path: '/stuck'});
	forget();
	journal.close();
	expect(lines().map(({type}) => type)).toEqual(['owner', 'made', 'made', 'gone']);
	const other = open();
	other.journal.record({kind: 'folder', path: '/x'})();
	other.journal.close();
	expect(existsSync(other.file)).toBe(false);
	expect(existsSync(file)).toBe(true);
});

test('what is recorded after the end has an owner too, or it would never be cleaned up', () => {
	const {lines, journal} = open();
	journal.close();
	journal.record({kind: 'folder', path: '/late'});
	expect(lines().map(({type}) => type)).toEqual(['owner', 'made']);
});
