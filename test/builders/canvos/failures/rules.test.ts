import {describe, expect, test} from 'vitest';
import {parseConsoleLine} from '../../../../source/builders/canvos/earthly/console/parse-line.ts';
import {explainFailure} from '../../../../source/builders/canvos/failures/explain-failure.ts';
import type {CommandFailure, Evidence} from '../../../../source/builders/canvos/failures/failure-rule.ts';
import {failureRules} from '../../../../source/builders/canvos/failures/rule-book.ts';
import {recording, recordingNames} from '../recordings.ts';
import {step, triggers} from './triggers.ts';

describe('the rule book', () => {
	test('has a log for each rule', () => {
		expect(Object.keys(triggers).sort()).toEqual([...new Set(failureRules.map(({code}) => code))].sort());
	});

	test.each(Object.entries(triggers).flatMap(([code, logs]) => logs.map((log, at) => [code, at + 1, log] as const)))(
		'%s is recognised in its log %i, with cause, cure and document',
		(code, _, log) => {
			const failure = explainFailure(log);
			expect(failure).toMatchObject({code, document: `docs/troubleshooting.md#${code}`});
			expect(failure.message).not.toMatch(/undefined|null/);
			expect(failure.hint).toMatch(/\S{3}/);
		},
	);

	const linesOf = (name: string) => recording(name).console.replace(/\r/g, '').split('\n');
	test.each(recordingNames.filter(name => recording(name).exitCode === 0))(
		'says nothing about the clean log %s',
		name => {
			// Were it to fail without a reason, nothing that went well may be blamed.
			const judged = (runner: Evidence['runner'], console: readonly string[]) =>
				explainFailure({exitCode: 1, runner, console}).code;
			const lines = linesOf(name);
			expect(judged('managed', lines)).toBe('build-ended');
			for (const runner of ['container', 'upstream-script', 'native', 'remote'] as const) {
				expect(judged(runner, lines.slice(-400))).toBe('build-ended');
			}
		},
	);

	test('looks at what the failed command printed, not at what others did', () => {
		const failure = explainFailure({
			...step('RUN make', 'make: *** [all] Error 2'),
			console: [
				'      +other | warning: No space left on device, retrying',
				'   +other | curl: (6) Could not resolve host: x',
			],
		});
		expect(failure).toMatchObject({
			code: 'build-command-failed',
			source: 'Earthfile:700',
			lastLines: ['make: *** [all] Error 2'],
		});
		expect(failure.message).toBe('RUN make of +base-image failed: did not complete successfully. Exit code 1');
	});
});

describe('a failure that no rule knows', () => {
	const failure: CommandFailure = {command: `RUN ${'x'.repeat(200)}`, message: 'strange things', output: []};

	test('names the command shortened, and shows the last lines of the console where it printed none', () => {
		const console = Array.from({length: 50}, (_, at) => `line ${at}`);
		const explained = explainFailure({exitCode: 1, runner: 'managed', failure, console, log: '/l'});
		expect(explained.message.length).toBeLessThan(130);
		expect(explained.lastLines).toEqual(console.slice(-20));
		expect(explained.log).toBe('/l');
	});

	test('that a signal caused says so', () => {
		expect(explainFailure({killedBy: 'SIGKILL', runner: 'managed', console: []})).toMatchObject({code: 'build-killed'});
	});
});

test('the last line of a console text, an advertisement, is never the error', () => {
	for (const name of recordingNames) {
		const last = linesOfConsole(name).at(-1) ?? '';
		expect(parseConsoleLine(last).kind === 'nothing' || recording(name).exitCode === 0 || name === 'killed').toBe(true);
	}
});

const linesOfConsole = (name: string) => recording(name).console.replace(/\n+$/, '').split('\n');
