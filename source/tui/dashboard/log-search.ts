import {cleanLine} from '../../text/ansi.ts';
import {type Line, type Span, type Tone, toned} from '../styled-text.ts';

/** Whether a line of the log has the text that was searched for; capitals don't matter. */
export const matches = (text: string, query: string): boolean =>
	cleanLine(text).toLowerCase().includes(query.toLowerCase());

/** The line with what was searched for made visible. */
export function highlighted(text: string, query: string, tone: Tone): Line {
	const spans: Span[] = [];
	const lower = text.toLowerCase();
	const wanted = query.toLowerCase();
	let from = 0;
	// Letters whose lower case is longer would shift the positions; such lines are left as they are.
	for (let at = lower.length === text.length ? lower.indexOf(wanted) : -1; at >= 0; at = lower.indexOf(wanted, from)) {
		if (at > from) spans.push(toned(tone, text.slice(from, at)));
		spans.push(toned('match', text.slice(at, at + wanted.length)));
		from = at + wanted.length;
	}
	return [...spans, toned(tone, text.slice(from))];
}

/** Whether a line of a log tells of something that went wrong, as far as words can say. */
export function isErrorLine(text: string): boolean {
	const plain = cleanLine(text);
	return wrong.test(plain) && !harmless.some(words => words.test(plain));
}

/** Whether it warns. */
export const isWarningLine = (text: string): boolean =>
	/\bwarn(?:ing)?\b|^W: /i.test(text) && !/\b(?:no|0) warnings?\b/i.test(text);

const wrong =
	/\b(?:error|failed|failure|fatal|panic|cannot|can't|could not|couldn't|unable to|not found|no such file|denied|segmentation fault)\b|^E: |^Killed$/i;

// What says such a word in builds that go well.
const harmless = [
	/\b(?:no|0|without) (?:errors?|failures?|failed)\b/i,
	/-w?error\b|\berror[-.]|lib\w*error/i, // Compiler flags, names of files and packages.
	/^(?:Err|Ign|Hit|Get):\d+ /, // apt tries another source, and says E: when there is none.
	/^\s*File not found - \S+ \(2: No such file/, // apt looks for a list under each compression.
	/^debconf: |^perl: warning: |^invoke-rc\.d: |^policy-rc\.d /, // Maintainer scripts without a terminal, locale or init.
	/^dracut\[I\]: |module .* will not be installed, because/, // dracut's modules for what isn't there.
	/not found, modules won't be signed/, // DKMS without Secure Boot.
];
