/** A step that our overlay adds to a build: words that its command holds, and what people call it. In running order. */
type OwnStep = {words: string; name: string; edgeOnly?: boolean};

/** `edgeOnly`: in a standard image it ends at once, with nothing to do. */
export const ownSteps: readonly OwnStep[] = [
	{words: 'steps/install-packages.sh', name: 'Install packages', edgeOnly: true},
	{words: 'steps/install-doca.sh', name: 'Install DOCA', edgeOnly: true},
	{words: 'steps/install-modules.sh', name: 'Build driver modules', edgeOnly: true},
	{words: 'steps/install-bfb.sh', name: 'Stage BlueField bundle', edgeOnly: true},
	{words: 'steps/install-files.sh', name: 'Install our files'},
	{words: 'rm -rf /mnt/edge-builder', name: 'Remove mount points'},
	{words: '/mnt/rehearsal/finish-image.sh', name: 'Finish rehearsal image'},
	{words: 'rm -rf /mnt/rehearsal', name: 'Remove mount points'},
	{words: 'edge-builder/build-modules --finish', name: 'Check driver modules', edgeOnly: true},
];

const ownStepOf = (command: string) =>
	command.startsWith('RUN ') ? ownSteps.find(({words}) => command.includes(words)) : undefined;

/** Place of the command among the steps of our overlay; undefined for all others. */
export function ownRank(command: string): number | undefined {
	const step = ownStepOf(command);
	return step && ownSteps.indexOf(step);
}

/** A command of an Earthfile or Dockerfile as people read it: our own by their names, the others without ceremony. */
export function buildStepName(command: string): string {
	const own = ownStepOf(command);
	if (own) return own.name;
	const [, word, rest] = /^([A-Z]+) (.*)$/.exec(command.replace(/\s+/g, ' ').trim()) ?? [];
	if (word === undefined || rest === undefined) return command;
	const bare = word === 'RUN' ? withoutCondition(withoutPreamble(withoutFlags(rest))) : withoutFlags(rest);
	// A digest says again, in 64 letters, what the tag before it says.
	const name = bare.replace(/@sha256:[0-9a-f]{64}\b/g, '').trim();
	return name === '' ? command : `${word} ${name}`;
}

/**
 * What a command is to somebody who waits: `work`; `bookkeeping`, which takes no time as a rule; or a `reference` to
 * another target, which lasts as long as that one and fails with it.
 */
export function kindOfStep(command: string, {edgeAppliance = true} = {}): 'work' | 'bookkeeping' | 'reference' {
	if (referredTarget(command) !== undefined) return 'reference';
	const own = ownStepOf(command);
	if (own) return (own.edgeOnly && !edgeAppliance) || own.name === 'Remove mount points' ? 'bookkeeping' : 'work';
	return bookkeeping.test(command) ? 'bookkeeping' : 'work';
}

/** The target that a command only stands for: `+base-image` of `FROM +base-image`. */
export const referredTarget = (command: string): string | undefined =>
	/^(?:FROM|BUILD|DO) (?:.* )?(\S*\+[\w.-]+)/.exec(command)?.[1];

// COPY and GIT CLONE are work, as is RUN: they move what the image is made of.
const bookkeeping =
	/^(?:IF|ELSE|END|FOR|WAIT|TRY|CATCH|FINALLY|FROM|BUILD|DO|ARG|LET|SET|ENV|LABEL|MAINTAINER|WORKDIR|USER|EXPOSE|VOLUME|ENTRYPOINT|CMD|SHELL|STOPSIGNAL|HEALTHCHECK|ONBUILD|HOST|CACHE|IMPORT|PROJECT|VERSION|FUNCTION|COMMAND|LOCALLY|SAVE (?:ARTIFACT|IMAGE)|[Ll]oad metadata|\[internal\]|internal)(?: |$)/;

/** Mounts, platforms and the like; `--from=` stays, it says what is copied. */
function withoutFlags(rest: string) {
	const kept: string[] = [];
	let left = rest.trim();
	for (;;) {
		const [flag, from] =
			/^(?:(--from=\S+)|--(?:mount|secret) (?!-)\S+|--[a-z][\w-]*(?:=(?:"[^"]*"|\S*))?)(?:\s+|$)/.exec(left) ?? [];
		if (flag === undefined) return [...kept, left].join(' ');
		if (from !== undefined) kept.push(from);
		left = left.slice(flag.length);
	}
}

const shell = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da)?sh(?: -[a-z]+| -o pipefail)* -[a-z]*c (["'])(.*)\1$/;
const preambles = [
	// set -eux; set -euo pipefail &&
	/^set(?:\s+(?:[-+][a-z]+|pipefail|errexit|nounset|xtrace))+\s*(?:;|&&)\s*/,
	/^export(?:\s+\w+=[^\s;&|$`(]*)+\s*(?:;|&&)\s*/,
	// What a script looks up before it acts on it.
	/^\w+=\$\([^()]*\)\s*(?:;|&&)\s*/,
	// Variables of one command; not an assignment that stands alone.
	/^(?:[A-Za-z_]\w*=(?:"[^"$`]*"|'[^']*'|[^\s;&|$`("']*)\s+)+(?![;&|])/,
];

/** What shells are told before they do anything. */
function withoutPreamble(script: string) {
	let left = script;
	for (;;) {
		const before = left;
		left = left.replace(shell, '$2').trim();
		for (const preamble of preambles) left = left.replace(preamble, '');
		if (left === before) return left.replaceAll(/\bDEBIAN_FRONTEND=\w+ /g, '');
	}
}

/** `if needed: make` of a script that is nothing but one condition; which of two branches ran can't be told. */
function withoutCondition(script: string) {
	const [, body] = /^if \[.*? \]\]?\s*; then (.*?)\s*; fi$/.exec(script) ?? [];
	return body === undefined || /\b(?:if|else|elif|fi)\b/.test(body) ? script : `if needed: ${body}`;
}
