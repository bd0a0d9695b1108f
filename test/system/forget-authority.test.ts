import {execFileSync} from 'node:child_process';
import {expect, test} from 'vitest';
import {forgettingEdits} from '../../source/builders/canvos/edits/forget-authority.ts';

const isolated = ['-rm', '--', 'sh', '-c'];
const canIsolate = () => {
	try {
		execFileSync('unshare', [...isolated, 'mount -t tmpfs none /mnt && command -v update-ca-certificates'], {
			stdio: 'ignore',
		});
		return true;
	} catch {
		return false;
	}
};

test.skipIf(!canIsolate())(
	'a Debian system trusts it no longer after that line (skipped without user namespaces)',
	() => {
		const [edit] = forgettingEdits({caFile: 'ca.pem', caOnNodes: false, runner: 'managed'});
		const line = edit?.content.replace(/^\s*RUN /, '').trim();
		const script = `set -e
for folder in /etc/ssl /usr/local/share/ca-certificates; do
	copy=$(mktemp -d); cp -dR $folder/. $copy; mount -t tmpfs none $folder; cp -dR $copy/. $folder; rm -r $copy
done
cd /tmp && openssl req -x509 -newkey rsa:2048 -nodes -keyout /etc/ssl/test.key -subj '/CN=A Proxy' \\
	-out /usr/local/share/ca-certificates/edge-builder-ca.crt 2> /dev/null
count() { echo "$1 $(grep -c BEGIN /etc/ssl/certs/ca-certificates.crt) $(ls /etc/ssl/certs | grep -c edge-builder)"; }
count before; update-ca-certificates > /dev/null 2>&1; count with
( ${line} ) > /dev/null 2>&1; count after`;
		const said = execFileSync('unshare', [...isolated, script], {encoding: 'utf8'});
		const [before, withIt, after] = said.split('\n').map(text => text.split(' ').slice(1).map(Number));
		expect(withIt).toEqual([(before?.[0] ?? 0) + 1, 1]);
		expect(after).toEqual(before);
	},
);
