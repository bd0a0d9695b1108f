import {randomInt} from 'node:crypto';
import {gunzipSync, gzipSync} from 'node:zlib';

/**
 * Marks that a terminal's echo cannot contain: what is typed holds two factors, what the guest prints their product.
 * `typed` is shell text, `seen` what it prints.
 */
export type Markers = {id: string; typed(word: string): string; seen(word: string): string};

/** New markers; each pair of factors is used for one transfer only. */
export function createMarkers(): Markers {
	const [one, other] = [randomInt(10_000_019, 1_000_000_000), randomInt(10_000_019, 1_000_000_000)];
	const product = String(BigInt(one) * BigInt(other));
	return {
		id: String(one),
		typed: word => `printf '%s-%s\\n' ${word} $((${one}*${other}))`,
		seen: word => `${word}-${product}`,
	};
}

/** What is typed to receive a script and run it: one command line, then `lines`. */
export type Transfer = {command: string; lines: readonly string[]; again: string; tidy: string};

// A terminal in canonical mode takes 4095 characters a line, and the kernel keeps 64 KiB that nobody has read yet.
const lineLength = 200;
const longestTransfer = 48 * 1024;

/**
 * Packs a POSIX shell script for a serial line. The guest gets it compressed with echo off, so nothing of it can be taken
 * for its result; gzip's checksum tells whether it arrived whole. Prints in turn `send`, then `started` or `torn`, the
 * script's output as it comes, and the framed answer. `again` repeats the answer, `tidy` removes what was made.
 */
export function packScript(script: string, markers: Markers): Transfer {
	const folder = `/tmp/edge-builder-${markers.id}`;
	const packed = gzipSync(wrapper(script, folder, markers), {level: 9}).toString('base64');
	if (packed.length > longestTransfer)
		throw new RangeError(`A guest script of ${script.length} characters is too long`);
	const lines = packed.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
	const receive = `head -n ${lines.length} >$d/in; base64 -d <$d/in >$d/gz; gunzip -c <$d/gz >$d/sh`;
	return {
		// Kernel messages between our lines would tear them; panics still come through.
		command: `stty -echo; dmesg -n 1 2>/dev/null; d=${folder}; mkdir -p $d; ${markers.typed('send')}; ${receive} && sh $d/sh || ${markers.typed('torn')}`,
		lines,
		again: `sh ${folder}/answer`,
		tidy: `rm -rf ${folder}; stty echo`,
	};
}

export type Answer = {output: string; exitCode: number};

/**
 * Reads the framed answer in condensed serial text. Undefined while it isn't complete; `damaged` when something else was
 * written in between (service messages go past the kernel's log level).
 */
export function readAnswer(condensed: string, markers: Markers): Answer | 'damaged' | undefined {
	const end = condensed.lastIndexOf(`:${markers.seen('end')}`);
	if (end < 0) return undefined;
	const head = `${markers.seen('answer')}:`;
	const start = condensed.lastIndexOf(head, end);
	if (start < 0) return 'damaged';
	const match = /^(\d+):(\d+):([A-Za-z0-9+/=]*)$/.exec(condensed.slice(start + head.length, end));
	if (!match || match[3]?.length !== Number(match[2])) return 'damaged';
	try {
		return {exitCode: Number(match[1]), output: gunzipSync(Buffer.from(match[3], 'base64')).toString()};
	} catch {
		return 'damaged';
	}
}

// The output goes by twice: once as it comes, for people; once framed, with its length and gzip's checksum, for us.
const wrapper = (script: string, folder: string, {typed, id}: Markers) => `umask 077
cd ${folder} || exit 0
${typed('started')}
cat >script <<'end-of-script-${id}'
${script.replace(/\n*$/, '\n')}end-of-script-${id}
cat >answer <<'end-of-answer-${id}'
cd ${folder}
${typed('answer').replace('\\n', ':%s:%s:\\n')} "$(cat code)" "$(tr -d '\\n' <framed | wc -c)"
cat framed
printf ':'; ${typed('end')}
end-of-answer-${id}
{ (cd / && sh ${folder}/script </dev/null); echo $? >code; } 2>&1 | tee output
gzip -c output | base64 >framed
sh ./answer
exit 0
`;
