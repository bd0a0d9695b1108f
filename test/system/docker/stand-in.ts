import {execFileSync, spawnSync} from 'node:child_process';
import {chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {tinyIso} from '../../verification/iso/hand-made-iso.ts';
import type {TestDaemon} from './daemon.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/earthly');
const recordings = ['success-cold', 'fail-exit', 'fail-no-docker-socket'];

/** Where the program looks for Earthly's image. Nothing answers there, so nothing is pulled. */
export const imagesAt = '127.0.0.1:9/edge';
export const earthlyImage = `${imagesAt}/third-party/edge/earthly/earthly:v0.8.15`;

/** What else has to be in Docker before a build begins; nothing of them is started here. */
const otherImages = [`${imagesAt}/third-party/edge/earthly/buildkitd:v0.8.15`, `${imagesAt}/edge/canvos/alpine:3.20`];

/** Programs of this machine that the stand-in's scripts call. */
const programs = ['sh', 'cat', 'cp', 'sleep', 'mkdir', 'id', 'chown', 'head', 'touch', 'docker'];

/**
 * An image under Earthly's real name whose `earthly` replays a recording, loads a small provider image into Docker and
 * leaves a small ISO. CUSTOM_TAG tells it to do something else. Its entry point acts like the real one: it runs as root.
 */
export const makeEarthlyStandIn = (daemon: TestDaemon) => {
	const root = join(daemon.folder, 'stand-in');
	for (const program of programs) copyWithLibraries(root, program);
	for (const folder of ['tmp', 'fixtures', 'workspace', 'logs', 'home/builder', 'root/.docker', 'var/run'])
		mkdirSync(join(root, folder), {recursive: true});
	chmodSync(join(root, 'home/builder'), 0o777);
	for (const name of recordings) cpSync(join(fixtures, name), join(root, 'fixtures', name), {recursive: true});
	writeFileSync(join(root, 'fixtures/installer.iso'), tinyIso(isoTree));
	script(root, 'usr/bin/earthly', earthly);
	script(root, 'usr/bin/earthly-entrypoint.sh', '#!/bin/sh\ntouch /tmp/earthly/used\nexec /usr/bin/earthly "$@"\n');
	makeProviderImage(join(root, 'fixtures/provider.tar'));
	load(daemon, root, earthlyImage, [
		'ENTRYPOINT ["/usr/bin/earthly-entrypoint.sh"]',
		'WORKDIR /workspace',
		'ENV PATH=/bin:/usr/bin',
	]);
	for (const image of otherImages) daemon.docker('tag', earthlyImage, image);
};

// What CanvOS's Earthfile makes of the arguments, as far as it matters here.
const earthly = `#!/bin/sh
trap 'echo "Received signal interrupt. Cleaning up before exiting..." >&2; echo Canceled >&2; exit 2' INT TERM
stream=\${EARTHLY_LOGSTREAM_DEBUG_FILE:-/dev/null}
while [ $# -gt 0 ]; do
	case "$1" in
		--logstream-debug-file) stream=$2; shift;;
		--config) [ -r "$2" ] || { echo "Error: cannot read $2" >&2; exit 1; }; shift;;
		+*) target=$1;;
	esac
	shift
done
. /workspace/.arg
rest() { sleep "$1" & wait $!; }
replay() {
	head -c 20000 "/fixtures/$1/logstream.json" > "$stream"
	head -c 1500 "/fixtures/$1/console.log" >&2
	rest 0.3
	cat "/fixtures/$1/logstream.json" > "$stream"
	cat "/fixtures/$1/console.log" >&2
}
echo "         +base-image | built by user $(id -u)" >&2
# The real one starts a BuildKit and keeps it, where none is named in its configuration.
[ "$EARTHLY_INSTALLATION_NAME" != edge-builder ] ||
	docker run --detach --rm --stop-signal KILL --network none --name edge-builder-buildkitd --entrypoint /bin/sleep ${earthlyImage} 1000 >/dev/null 2>&1
case "$CUSTOM_TAG" in
	fail) replay fail-exit; exit 1;;
	no-socket) replay fail-no-docker-socket; exit 2;;
	full) head -c 4000000 /dev/zero > /workspace/build/image.iso || { echo "Error: write /workspace/build/image.iso: no space left on device" >&2; exit 1; };;
	endless) head -c 20000 /fixtures/success-cold/logstream.json > "$stream"; while :; do echo '         +base-image | compiling' >&2; rest 0.1; done;;
esac
replay success-cold
image=$IMAGE_REGISTRY/$IMAGE_REPO:$K8S_DISTRIBUTION-$K8S_VERSION-$PE_VERSION-$CUSTOM_TAG
load() {
	docker import --change 'ENV PATH=/bin:/usr/bin' --change "LABEL built=$(cat /proc/sys/kernel/random/uuid)" /fixtures/provider.tar "$1" >/dev/null &&
		docker tag "$1" "$1_linux_amd64" || exit 1
}
[ "$target" = +iso ] || load "$image"
[ "$target" != +build-all-images ] || load "palette-installer-image:$PE_VERSION-$CUSTOM_TAG"
[ "$target" = +build-provider-images ] || cp /fixtures/installer.iso "/workspace/build/$ISO_NAME.iso"
`;

const probed =
	'sh cat sed tr head tail sort basename ls id sha256sum cut stat sleep base64 grep uname timeout dirname'.split(' ');
const kernel = '6.8.0-90-generic';

/** What a verification looks for in a standard image, and a shell. */
const makeProviderImage = (archive: string) => {
	const root = archive.replace(/\.tar$/, '');
	for (const program of probed) copyWithLibraries(root, program);
	const write = (path: string, text: string) => {
		mkdirSync(dirname(join(root, path)), {recursive: true});
		writeFileSync(join(root, path), text);
	};
	write('etc/os-release', 'ID=ubuntu\nVERSION_ID="24.04"\n');
	for (const path of ['etc/kairos', `lib/modules/${kernel}/kernel`]) mkdirSync(join(root, path), {recursive: true});
	write(`lib/modules/${kernel}/modules.dep`, 'kernel/empty.ko:\n');
	for (const path of [
		'etc/modprobe.d/blacklist-nouveau',
		'etc/modprobe.d/ib_core',
		'usr/lib/modprobe.d/blacklist-nouveau',
		'usr/lib/modprobe.d/ib_core',
		'etc/lldpd.d/rcp-lldpd',
	])
		write(`${path}.conf`, '# stand-in\n');
	write('etc/cos/bootargs.cfg', 'set baseCmd="console=tty1 rd.driver.blacklist=nouveau"\n');
	for (const name of ['kubeadm', 'kubelet']) script(root, `usr/local/bin/${name}`, '#!/bin/sh\n');
	// A container that reaches a network has DOCA packages, which no standard image may have.
	script(
		root,
		'usr/bin/dpkg-query',
		"#!/bin/sh\n! grep -qv 'lo:\\||' /proc/net/dev || echo 'installed doca-by-network'\n",
	);
	pack(root, archive);
	rmSync(root, {recursive: true});
};

const pack = (root: string, archive: string) =>
	execFileSync('tar', ['--create', '--file', archive, '--directory', root, '.']);

const load = (daemon: TestDaemon, root: string, image: string, changes: readonly string[]) => {
	const archive = `${root}.tar`;
	pack(root, archive);
	daemon.docker('import', ...changes.flatMap(change => ['--change', change]), archive, image);
};

const title = 'Palette eXtended Kubernetes Edge Installer';
const isoTree = {
	boot: {
		kernel: 'kernel',
		initrd: 'initrd',
		grub2: {
			'grub.cfg': [title, `${title} (manual)`, 'Palette Edge Interactive Installer']
				.map(entry => `menuentry "${entry}" {\n}\n`)
				.join(''),
		},
	},
	'rootfs.squashfs': 'hsqs',
};

const script = (root: string, path: string, text: string) => {
	mkdirSync(dirname(join(root, path)), {recursive: true});
	writeFileSync(join(root, path), text);
	chmodSync(join(root, path), 0o755);
};

const copyWithLibraries = (root: string, program: string) => {
	const path = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], {encoding: 'utf8'}).trim();
	// It fails for a program that needs no libraries.
	const libraries = spawnSync('ldd', [path], {encoding: 'utf8'}).stdout.match(/\/\S+(?= \(0x)/g) ?? [];
	for (const file of libraries) copyTo(root, file, file);
	copyTo(root, path, `/bin/${program}`);
};

const copyTo = (root: string, from: string, to: string) => {
	const target = join(root, to);
	if (existsSync(target)) return;
	mkdirSync(dirname(target), {recursive: true});
	copyFileSync(from, target);
};
