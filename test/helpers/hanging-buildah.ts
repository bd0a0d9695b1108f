import {chmodSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryFolder} from './temporary-folder.ts';

/**
 * A PATH with a buildah that doesn't answer until the gate is opened, and little else: a run of a rehearsal stays in its
 * first step, with a child, and finds afterwards that the machine is not ready. It ends with the folder, whatever becomes of the run.
 */
export const hangingBuildah = () => {
	const folder = temporaryFolder();
	const gate = join(folder, 'gate');
	// Ending takes it a moment, as real programs.
	const script = `#!/bin/sh\ntrap 'sleep 1; exit 1' TERM\nuntil [ -e '${gate}' ] || [ ! -e '${folder}' ]; do sleep 0.1 || exit 1; done\nexit 1\n`;
	writeFileSync(join(folder, 'buildah'), script);
	chmodSync(join(folder, 'buildah'), 0o755);
	// In a chroot buildah is started by way of a / of its own (own-root.sh).
	const ownRoot = ['mount', 'umount', 'mountpoint', 'mkdir', 'chroot', 'env'];
	for (const program of ['sh', 'sleep', 'readlink', 'uname', 'unshare', 'setpriv', ...ownRoot]) {
		symlinkSync(join('/usr/bin', program), join(folder, program));
	}
	return {env: {PATH: folder}, open: () => writeFileSync(gate, '')};
};
