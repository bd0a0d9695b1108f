import {execFileSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createMarkers, packScript, readAnswer} from '../../../source/machine/guest-shell/script-framing.ts';
import {condense} from '../../../source/machine/serial/condensed-text.ts';

const words = ['ready', 'send', 'started', 'torn', 'answer', 'end'];
const condensed = (text: string) => condense('text', text)[1];

/** Runs the packed script as a guest's shell would, without its terminal. */
const runPacked = (script: string) => {
	const markers = createMarkers();
	const {command, lines} = packScript(script, markers);
	const headless = command.replace('stty -echo;', '').replace('dmesg -n 1 2>/dev/null;', '');
	const printed = execFileSync('sh', ['-c', headless], {input: `${lines.join('\n')}\n`}).toString();
	rmSync(`/tmp/edge-builder-${markers.id}`, {recursive: true});
	return {printed, markers};
};

describe('markers', () => {
	test('what is typed never holds what is waited for, even with all whitespace removed', () => {
		fc.assert(
			fc.property(fc.string(), script => {
				const markers = createMarkers();
				const {command, lines, again, tidy} = packScript(script, markers);
				const typed = condensed([command, ...lines, again, tidy, ...words.map(markers.typed)].join('\r'));
				for (const word of words) expect(typed).not.toContain(markers.seen(word));
			}),
		);
	});

	test('a POSIX shell prints them', () => {
		const markers = createMarkers();
		expect(execFileSync('sh', ['-c', markers.typed('ready')]).toString()).toBe(`${markers.seen('ready')}\n`);
	});
});

describe('a packed script', () => {
	test.each([
		['several lines', 'echo one\necho two\n', 'one\ntwo\n'],
		['no line feed at the end', 'printf x', 'x'],
		['quotes, dollars and backslashes', `printf '%s\\n' "a'b" '$HOME' "\\\\"`, `a'b\n$HOME\n\\\n`],
		['nothing printed', 'true', ''],
		['UTF-8', 'echo ✔', '✔\n'],
		['reading its standard input', 'cat; echo done', 'done\n'],
	])('runs unchanged: %s', (_, script, output) => {
		const {printed, markers} = runPacked(script);
		expect(readAnswer(condensed(printed), markers)).toEqual({output, exitCode: 0});
	});

	test('tells its exit code', () => {
		const {printed, markers} = runPacked('exit 42');
		expect(readAnswer(condensed(printed), markers)).toEqual({output: '', exitCode: 42});
	});

	test('stays short: a probe of a hundred checks is a few lines', () => {
		const probe = Array.from(
			{length: 100},
			(_, n) => `test -f /etc/file-${n} && echo "check-${n}:pass" || echo "check-${n}:fail"`,
		);
		const {lines, command} = packScript(probe.join('\n'), createMarkers());
		expect(lines.length).toBeLessThan(15);
		expect(Math.max(command.length, ...lines.map(line => line.length))).toBeLessThan(500);
	});

	test("that would not fit the terminal's buffer is refused", () => {
		const noise = Array.from({length: 90_000}, () => Math.random().toString(36)[2]).join('');
		expect(() => packScript(noise, createMarkers())).toThrow(RangeError);
	});
});

describe('an answer', () => {
	const {printed, markers} = runPacked('seq 1 200');
	const whole = condensed(printed);

	test('is not there before its end', () => {
		const end = whole.lastIndexOf(`:${markers.seen('end')}`);
		fc.assert(
			fc.property(fc.integer({min: 0, max: end}), cut => {
				expect(readAnswer(whole.slice(0, cut), markers)).toBeUndefined();
			}),
		);
	});

	// A changed or missing character must never give another output: silence and noise are not results.
	test('with anything changed in its frame is damaged, never different', () => {
		const start = whole.indexOf(markers.seen('answer')) + markers.seen('answer').length + 3;
		const end = whole.lastIndexOf(`:${markers.seen('end')}`);
		fc.assert(
			fc.property(fc.integer({min: start, max: end - 1}), fc.constantFrom('', 'A', '[OK]', '='), (at, put) => {
				fc.pre(whole[at] !== put);
				const changed = readAnswer(whole.slice(0, at) + put + whole.slice(at + 1), markers);
				expect(changed === 'damaged' || (changed !== undefined && changed.output === readWhole())).toBe(true);
			}),
		);
	});
	const readWhole = () => {
		const answer = readAnswer(whole, markers);
		return typeof answer === 'object' ? answer.output : undefined;
	};
});
