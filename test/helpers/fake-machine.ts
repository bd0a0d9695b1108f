import {chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {preloading} from './preload.ts';
import {temporaryFolder} from './temporary-folder.ts';

/** What apt does on it, as lines of a shell script; `$packages` are those to be installed. What sudo does before it obeys; false: there is none. */
type Programs = {update?: string; install?: string; sudo?: string | false};

// It is no program of PATH, and real where a build was before.
const netavarkIn = (bin: string) => `
	const fs = require('node:fs/promises');
	const {access} = fs;
	fs.access = (path, ...more) => access(String(path).endsWith('/podman/netavark') ? '${bin}/netavark' : path, ...more);
`;

/**
 * A machine on which nothing is installed that a build needs: a folder for PATH whose apt-get only writes down what it was
 * told and puts stand-ins of the programs beside itself. No root, no network, nothing of the real machine is changed.
 */
export const fakeMachine = ({update = '', install = 'provide', sudo = ''}: Programs = {}) => {
	const folder = temporaryFolder();
	const bin = join(folder, 'bin');
	const calls = join(folder, 'calls');
	mkdirSync(bin);
	writeFileSync(calls, '');
	const script = (name: string, ...lines: readonly string[]) => {
		writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'));
		chmodSync(join(bin, name), 0o755);
	};
	for (const name of ['sh', 'env', 'readlink', 'uname', 'mkdir', 'chmod', 'cat', 'sleep', 'true', 'flock']) {
		const real = ['/usr/bin', '/bin'].map(place => join(place, name)).find(path => existsSync(path));
		symlinkSync(real ?? name, join(bin, name));
	}
	script(
		'apt-get',
		`echo "apt-get $*" >> ${calls}`,
		`provide() { for package in $packages; do for program in $(programs "$package"); do`,
		`  printf '#!/bin/sh\\necho "$0 version 9.0.0"\\n' > ${bin}/$program; chmod 755 ${bin}/$program; done; done; }`,
		'programs() { case $1 in',
		'  qemu-system-x86) echo qemu-system-x86_64;; qemu-system-arm) echo qemu-system-aarch64;;',
		'  uidmap) echo newuidmap;; util-linux) echo setpriv unshare;; *) echo "$1";; esac; }',
		'packages=; wanted=',
		'for word; do case $word in install) wanted=1;; -*|*=*) ;; *) [ -n "$wanted" ] && packages="$packages $word";; esac; done',
		`case "$*" in *update*) ${update || ':'};; *install*) ${install};; esac`,
	);
	// Otherwise the real one of /usr/sbin, which the program looks into as well.
	script('usermod', `echo "usermod $*" >> ${calls}`);
	// Whoever runs the tests has rights on this machine; as root the program never asks for them.
	if (sudo !== false) script('sudo', `echo "sudo $*" >> ${calls}`, sudo, '[ "$1" = -n ] && shift', 'exec "$@"');
	return {
		env: {PATH: bin, ...preloading(folder, netavarkIn(bin))},
		/** Every call of apt-get and sudo, in order. */
		calls: () => readFileSync(calls, 'utf8').split('\n').filter(Boolean),
	};
};
