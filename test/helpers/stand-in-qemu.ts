import {mkdirSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';

/** Environment in which the program finds a stand-in for QEMU, put into `cwd`, whose guest logs in and then does this. */
export const standInQemu = (cwd: string, guest: string): Record<string, string> => {
	const bin = join(cwd, 'bin');
	mkdirSync(bin);
	const program = resolve(import.meta.dirname, '../machine/stand-in-qemu-program.ts');
	writeFileSync(
		join(bin, 'qemu-system-x86_64'),
		`#!/bin/sh\nexec '${process.execPath}' --experimental-strip-types --no-warnings '${program}' "$@"\n`,
		{mode: 0o755},
	);
	return {PATH: `${bin}:${process.env.PATH}`, STAND_IN_GUEST: guest, XDG_CACHE_HOME: cwd};
};

/** Settings of a VM that such a stand-in can be. */
export const standInVm = ['ACCELERATOR=tcg', 'ARCH=amd64', 'MEMORY=2048'];
