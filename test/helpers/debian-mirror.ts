import {spawnSync} from 'node:child_process';

/** The address of Debian's archive, as this machine's apt is told it; undefined where it runs something else. */
export function debianMirror(): string | undefined {
	const format = ['--format', '$(ORIGIN) $(COMPONENT) $(REPO_URI)', 'Created-By: Packages'];
	const {stdout} = spawnSync('apt-get', ['indextargets', ...format], {encoding: 'utf8'});
	return /^Debian main (\S+)/m.exec(stdout ?? '')?.[1];
}
