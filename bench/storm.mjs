// A program that prints a great many lines, and the machine on which a build of ours is the one that runs it.
import {existsSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/**
 * Writes the program, a shell script, into `folder`: it notes when it begins, prints the lines, notes when the last of them
 * was taken from it, and fails. `forever` prints them again and again until `stop` is called.
 */
export function makeStorm(folder, lines, {forever = false} = {}) {
	const [began, ended, stopped] = ['began', 'ended', 'stopped'].map(name => join(folder, name));
	const print = `/bin/cat '${lines}'`;
	const work = forever ? `while [ ! -e '${stopped}' ]; do ${print}; done` : print;
	const program = join(folder, 'storm');
	writeFileSync(program, `#!/bin/sh\n: >'${began}'\n${work}\n: >'${ended}'\nexit 1\n`, {mode: 0o755});
	const timeOf = path => statSync(path, {throwIfNoEntry: false})?.mtimeMs;
	return {
		program,
		hasBegun: () => existsSync(began),
		hasEnded: () => existsSync(ended),
		/** How long the viewer kept it printing. */
		seconds: () => (timeOf(ended) - timeOf(began)) / 1000,
		stop: () => writeFileSync(stopped, ''),
	};
}

/**
 * A folder for PATH with which nothing is installed that a rehearsal needs, so that a build begins by calling apt-get; this
 * one is the storm. Nothing of the machine is asked for, and nothing is changed.
 */
export function machineOf(folder, {program}) {
	const bin = join(folder, 'bin');
	mkdirSync(bin);
	for (const name of ['sh', 'env', 'readlink', 'uname', 'mkdir', 'chmod', 'sleep', 'true']) {
		const real = ['/usr/bin', '/bin'].map(place => join(place, name)).find(path => existsSync(path));
		if (real) symlinkSync(real, join(bin, name));
	}
	const script = (name, text) => writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, {mode: 0o755});
	script('apt-get', `case "$*" in *install*) exec '${program}';; esac`);
	script('sudo', '[ "$1" = -n ] && shift\nexec "$@"');
	script('usermod', ':');
	return bin;
}

export function writeLines(path, count) {
	const line = index => `#12 34.5 line ${index + 1} of ${count}: Unpacking libexample${index % 977}-dev:amd64 …\n`;
	writeFileSync(path, '');
	const atOnce = 100_000;
	for (let from = 0; from < count; from += atOnce) {
		const part = Array.from({length: Math.min(atOnce, count - from)}, (_, index) => line(from + index));
		writeFileSync(path, part.join(''), {flag: 'a'});
	}
	return path;
}
