import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {expect, test} from 'vitest';
import {explainFailure} from '../../source/builders/canvos/failures/explain-failure.ts';
import type {Evidence} from '../../source/builders/canvos/failures/failure-rule.ts';
import {failureRules} from '../../source/builders/canvos/failures/rule-book.ts';
import {triggers} from '../builders/canvos/failures/triggers.ts';

const path = resolve(import.meta.dirname, '../../docs/troubleshooting.md');
const begin = '<!-- The rule book, by `npm run docs` -->\n';

/** What a log looks like where the failure shows: what the failed command printed, or what Earthly says of it. */
function shownLog({failure, console}: Evidence): string {
	const lines = failure ? (failure.output.length > 0 ? failure.output : failure.message.split('\n')) : console;
	return lines
		.map(line => line.trim())
		.filter(Boolean)
		.map(line => `    ${line}\n`)
		.join('');
}

function chapterOf(code: string): string {
	const logs = triggers[code] ?? [];
	// What mends the same stands together, and what means the same within it.
	const cures = new Map<string, Map<string, string[]>>();
	for (const log of logs) {
		const {message, hint = ''} = explainFailure(log);
		const meanings = cures.get(hint) ?? new Map<string, string[]>();
		cures.set(hint, meanings.set(message, [...(meanings.get(message) ?? []), shownLog(log)]));
	}
	const told = [...cures].map(([hint, meanings]) =>
		[
			...[...meanings].map(([message, shown]) => `${[...new Set(shown)].join('\n')}\n${message.replace(/\.$/, '')}.\n`),
			`${hint}\n`,
		].join('\n'),
	);
	return [`### ${code}\n`, ...told].join('\n');
}

test('the rule book stands in docs/troubleshooting.md, each cause with the logs that show it', async () => {
	const text = readFileSync(path, 'utf8');
	const [before = ''] = text.split(begin);
	const codes = [...new Set(failureRules.map(({code}) => code))];
	await expect(`${before}${begin}\n${codes.map(chapterOf).join('\n')}`).toMatchFileSnapshot(path);
});
