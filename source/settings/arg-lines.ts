/** One line of a `.arg` that gives a value. */
export type ArgLine = {name: string; value: string; line: number};

/**
 * What is wrong with a line. `leftOut`: bash and Earthly don't both read it, or don't read it alike; `name` is what it would
 * have given a value.
 */
export type ArgProblem = {line: number; message: string; leftOut: boolean; name?: string};

/**
 * Reads a `.arg` as people have it: bash reads it (`source .arg`) and so does Earthly (godotenv), and what counts is what
 * both take from it. Comments, `export`, quotes, and values of lines above (`$OS_DISTRIBUTION`) are theirs alike.
 */
export function readArgLines(text: string): {lines: ArgLine[]; problems: ArgProblem[]} {
	const known = new Map<string, ArgLine>();
	const problems: ArgProblem[] = [];
	for (const [index, written] of text
		.replace(/^\uFEFF/, '')
		.split(/\r?\n/)
		.entries()) {
		const line = index + 1;
		if (/^\s*(#|$)/.test(written)) continue;
		const [, name, rest] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(written) ?? [];
		if (name === undefined || rest === undefined) {
			problems.push({line, message: 'is not NAME=value', leftOut: true});
			continue;
		}
		const read = readValue(rest, known);
		if ('problem' in read) problems.push({line, name, message: read.problem, leftOut: true});
		else {
			for (const missing of read.missing)
				problems.push({
					line,
					name,
					leftOut: false,
					message: `uses $${missing}, which no line above gives: that counts as empty`,
				});
			// The last of a name counts, at the place of the first.
			known.set(name, {name, value: read.value, line});
		}
	}
	return {lines: [...known.values()], problems};
}

type Read = {value: string; missing: readonly string[]} | {problem: string};

function readValue(written: string, known: ReadonlyMap<string, ArgLine>): Read {
	let value = '';
	const missing: string[] = [];
	const expand = (part: string) =>
		part.replace(/\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g, (_, braced?: string, bare?: string) => {
			const name = braced ?? bare ?? '';
			const found = known.get(name)?.value;
			if (found === undefined) missing.push(name);
			return found ?? '';
		});
	let rest = written;
	while (rest !== '' && !/^\s/.test(rest)) {
		const [all, single, double, plain] = /^(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s'"\\]+))/.exec(rest) ?? [];
		if (all === undefined)
			return {problem: 'has a quote that is not closed, or a backslash, which bash and Earthly read differently'};
		const bad = codeIn(double ?? plain ?? '', rest[all.length]) ?? (plain && actedOnIn(plain, rest === written));
		if (bad) return {problem: bad};
		value += single ?? expand(double ?? plain ?? '');
		rest = rest.slice(all.length);
	}
	if (!/^\s*(#.*)?$/.test(rest))
		return {problem: 'has a blank in its value without quotes: bash would run what follows it'};
	return {value, missing};
}

/** `next`: what follows; a quote after a dollar is quoting of bash's own. */
function codeIn(part: string, next = ''): string | undefined {
	if (/`|\$\(/.test(part)) return 'has a command in it, which is not run here';
	if (part.includes('\\')) return 'has a backslash, which bash and Earthly read differently';
	const isOfBash = /\$([\d?!#@*$[-]|\{(?![A-Za-z_]\w*\}))/.test(part) || (part.endsWith('$') && /['"]/.test(next));
	return isOfBash ? 'has an expansion that only bash knows' : undefined;
}

/** Outside quotes bash ends the value at an operator, and puts a home folder in the place of a tilde. */
const actedOnIn = (plain: string, isFirst: boolean) =>
	/[;&|<>()]|:~/.test(plain) || (isFirst && plain.startsWith('~'))
		? 'has a character that bash acts on without quotes'
		: undefined;
