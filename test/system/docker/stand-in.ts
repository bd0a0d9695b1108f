import {execFileSync} from 'node:child_process';
import {chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import type {TestDaemon} from './daemon.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/earthly');

/** Programs of this machine that the stand-in's scripts call. */
const programs = ['sh', 'cat', 'sleep', 'mkdir', 'id', 'chown', 'head', 'sed', 'touch', 'env'];

/**
 * An image under Earthly's real name whose `earthly` replays a recording and leaves results, and does so until it is
 * interrupted when its target is told `--STANDIN=endless`. Its entry point acts like the real one: it runs as root.
 */
export const makeEarthlyStandIn = (daemon: TestDaemon, image: string) => {
	const root = join(daemon.folder, 'stand-in');
	for (const program of programs) copyWithLibraries(root, program);
	for (const folder of ['tmp', 'fixtures', 'workspace', 'logs', 'home/builder', 'root/.docker', 'var/run'])
		mkdirSync(join(root, folder), {recursive: true});
	chmodSync(join(root, 'home/builder'), 0o777);
	for (const name of ['success-cold', 'fail-exit', 'fail-no-docker-socket'])
		cpSync(join(fixtures, name), join(root, 'fixtures', name), {recursive: true});
	script(root, 'usr/bin/earthly', earthly);
	script(root, 'usr/bin/earthly-entrypoint.sh', '#!/bin/sh\ntouch /tmp/earthly/used\nexec /usr/bin/earthly "$@"\n');
	const archive = join(daemon.folder, 'stand-in.tar');
	execFileSync('tar', ['--create', '--file', archive, '--directory', root, '.']);
	daemon.docker(
		'import',
		'--change',
		'ENTRYPOINT ["/usr/bin/earthly-entrypoint.sh"]',
		'--change',
		'WORKDIR /workspace',
		'--change',
		'ENV PATH=/bin:/usr/bin',
		archive,
		image,
	);
};

const earthly = `#!/bin/sh
trap 'echo "Received signal interrupt. Cleaning up before exiting..." >&2; echo Canceled >&2; exit 2' INT TERM
stream=/dev/null
while [ $# -gt 0 ]; do
	case "$1" in
		--logstream-debug-file) stream=$2; shift;;
		--config) [ -r "$2" ] || { echo "Error: cannot read $2" >&2; exit 1; }; shift;;
		+*) target=$1;;
		--STANDIN=*) how=\${1#--STANDIN=};;
	esac
	shift
done
rest() { sleep "$1" & wait $!; }
replay() {
	head -c 20000 "/fixtures/$1/logstream.json" > "$stream"
	head -c 1500 "/fixtures/$1/console.log" >&2
	rest 0.3
	cat "/fixtures/$1/logstream.json" > "$stream"
	cat "/fixtures/$1/console.log" >&2
}
case "$how" in
	fail) replay fail-exit; exit 1;;
	no-socket) replay fail-no-docker-socket; exit 2;;
	full) head -c 4000000 /dev/zero > /workspace/build/image.iso || { echo "Error: write /workspace/build/image.iso: no space left on device" >&2; exit 1; };;
	endless) head -c 20000 /fixtures/success-cold/logstream.json > "$stream"; while :; do echo '         +base-image | compiling' >&2; rest 0.1; done;;
esac
replay success-cold
mkdir -p /workspace/build
id -u > /workspace/build/who
echo "$target" > /workspace/build/installer.iso
`;

const script = (root: string, path: string, text: string) => {
	mkdirSync(dirname(join(root, path)), {recursive: true});
	writeFileSync(join(root, path), text);
	chmodSync(join(root, path), 0o755);
};

const copyWithLibraries = (root: string, program: string) => {
	const path = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], {encoding: 'utf8'}).trim();
	const libraries = execFileSync('ldd', [path], {encoding: 'utf8'}).match(/\/\S+(?= \(0x)/g) ?? [];
	for (const file of libraries) copyTo(root, file, file);
	copyTo(root, path, `/bin/${program}`);
};

const copyTo = (root: string, from: string, to: string) => {
	const target = join(root, to);
	if (existsSync(target)) return;
	mkdirSync(dirname(target), {recursive: true});
	copyFileSync(from, target);
};
