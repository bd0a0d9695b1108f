import type {Evidence} from '../../../../source/builders/canvos/failures/failure-rule.ts';

/** A command that failed with that output. */
export const step = (
	command: string,
	output: string,
	{type = 'NONZERO_EXIT', code = 1}: {type?: string; code?: number} = {},
): Evidence => ({
	exitCode: 1,
	runner: 'managed',
	console: [],
	failure: {
		type,
		command,
		target: '+base-image',
		source: 'Earthfile:700',
		message: `ERROR Earthfile:700:4\n      The command\n          ${command}\n      did not complete successfully. Exit code ${code}`,
		output: output.split('\n'),
	},
});

const said = (message: string, more: Partial<Evidence> = {}): Evidence => ({
	exitCode: 1,
	runner: 'managed',
	console: [],
	failure: {type: 'OTHER', message, output: []},
	...more,
});

const consoleOnly = (text: string, more: Partial<Evidence> = {}): Evidence => ({
	exitCode: 1,
	runner: 'managed',
	console: text.split('\n'),
	...more,
});

const buildkit = (why: string) =>
	`build new buildkitd client: connect provided buildkit: timeout 10s: could not connect to buildkit: ${why}: buildkitd did not respond (in time)`;

/** For each rule the logs that trigger it; docs/troubleshooting.md shows them. */
export const triggers: Record<string, Evidence[]> = {
	'disk-full': [
		step(
			'RUN apt-get install -y doca-all',
			'dpkg: error processing archive: cannot copy extracted data: failed to write (No space left on device)',
		),
		said('failed to copy: write /var/lib/docker/tmp/x: no space left on device'),
		said('mkdir /tmp/earthly/buildkit/runc: disk quota exceeded'),
	],
	'too-many-files': [
		step('RUN dracut --force', 'dracut: Failed to create inotify watch: Too many open files'),
		said('failed to create LLB definition: open /var/lib/buildkit/x: too many open files'),
	],
	'out-of-memory': [
		step('RUN make', 'gcc: fatal error: Killed signal terminated program cc1'),
		step('RUN mksquashfs', 'Killed', {code: 137}),
		said('(Earthly’s own kind of failure: OOM_KILLED)', {
			failure: {type: 'OOM_KILLED', message: '(Earthly’s own kind of failure: OOM_KILLED)', output: []},
		}),
		step('RUN go build', 'fork/exec: cannot allocate memory'),
	],
	'docker-permission': [
		consoleOnly(
			'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/info": dial unix /var/run/docker.sock: connect: permission denied',
			{exitCode: 126},
		),
		consoleOnly('docker: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock', {
			exitCode: 126,
		}),
	],
	'docker-api-version': [
		consoleOnly(
			'Error response from daemon: client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version',
		),
	],
	'cgroup-read-only': [
		consoleOnly('mkdir: cannot create directory ‘/sys/fs/cgroup/init’: Read-only file system'),
		said(buildkit('runc run failed: mkdir /sys/fs/cgroup/buildkit: read-only file system')),
	],
	'iptables-table-missing': [
		consoleOnly(
			"iptables v1.8.7 (legacy): can't initialize iptables table `nat': Table does not exist (do you need to insmod?)",
		),
	],
	'docker-not-running': [
		{
			...consoleOnly('Received signal terminated. Cleaning up before exiting...\nCanceled', {exitCode: 2}),
			dockerAnswers: false,
		},
		consoleOnly(
			'docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
			{exitCode: 125},
		),
		consoleOnly('time="…" level=error msg="error waiting for container: unexpected EOF"', {exitCode: 125}),
		consoleOnly('failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct', {
			exitCode: 1,
		}),
	],
	'privileged-refused': [
		consoleOnly(
			'docker: Error response from daemon: failed to create task for container: OCI runtime create failed: runc create failed: unable to start container process: unable to apply caps: operation not permitted: unknown.',
			{exitCode: 125},
		),
		consoleOnly('docker: Error response from daemon: privileged mode is incompatible with user namespaces.', {
			exitCode: 125,
		}),
		consoleOnly('docker: Error response from daemon: authorization denied by plugin policy: privileged.', {
			exitCode: 125,
		}),
		consoleOnly('Container appears to be running unprivileged. Currently, privileged mode is required', {exitCode: 1}),
		consoleOnly('Privileged containers are not allowed for the current user.', {runner: 'upstream-script'}),
	],
	'docker-socket-missing': [
		said(
			'WARN: The command\n exporting outputs\nfailed: failed to copy to tar: rpc error: code = Unavailable desc = error reading from server: EOF',
			{exitCode: 2},
		),
	],
	'tool-image-missing': [
		consoleOnly(
			'Unable to find image \'us-docker.pkg.dev/x/earthly:v0.8.15\' locally\ndocker: Error response from daemon: Get "https://us-docker.pkg.dev/v2/": net/http: request canceled',
			{exitCode: 125},
		),
	],
	'buildkit-port-taken': [
		consoleOnly(
			'Error: build new buildkitd client: maybe start buildkitd: start: could not start buildkit: 1 error occurred:\n\t* command failed: docker run --privileged … : exit status 125: docker: Error response from daemon: driver failed programming external connectivity on endpoint edge-builder-buildkitd (d23f19fc7061): Bind for 127.0.0.1:9324 failed: port is already allocated.',
		),
		consoleOnly(
			'docker: Error response from daemon: driver failed programming external connectivity on endpoint edge-builder-buildkitd (d23f19fc7061): Error starting userland proxy: listen tcp4 127.0.0.1:9324: bind: address already in use',
		),
		consoleOnly(
			'docker: Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint edge-builder-buildkitd (d23f19fc7061): failed to bind host port for 127.0.0.1:9324:172.17.0.2:8371/tcp: address already in use',
		),
	],
	'docker-refused': [
		consoleOnly(
			'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /x.',
			{exitCode: 125},
		),
	],
	proxy: [
		said(
			'failed to do request: Head "https://quay.io/v2/x/manifests/1": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused',
		),
		step('RUN apt-get update', 'E: Failed to fetch http://archive.ubuntu.com/x  407 Proxy Authentication Required'),
		step('RUN curl -fL https://x', 'curl: (56) Received HTTP code 403 from proxy after CONNECT'),
		step('RUN curl -fL https://x', 'curl: (5) Could not resolve proxy: proxy.corp'),
	],
	certificate: [
		said(
			'resolve image config for quay.io/x:1: failed to do request: Head "https://quay.io/v2/x/manifests/1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
		),
		step('RUN curl -fL https://x', 'curl: (60) SSL certificate problem: self-signed certificate in certificate chain'),
		step(
			'RUN apt-get update',
			'Certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown.',
		),
	],
	'name-not-resolved': [
		said(
			'resolve image config for quay.io/x:1: failed to do request: Head "https://quay.io/v2/x/manifests/1": dial tcp: lookup quay.io on 127.0.0.11:53: no such host',
		),
		step(
			'RUN apt-get update',
			"W: Failed to fetch http://archive.ubuntu.com/ubuntu/dists/noble/InRelease  Temporary failure resolving 'archive.ubuntu.com'",
		),
		step('RUN wget http://files.lab/x', "wget: bad address 'files.lab'"),
		step('RUN wget http://files.lab/x', 'wget: unable to resolve host address ‘files.lab’'),
		step('RUN curl https://linux.mellanox.com', 'curl: (6) Could not resolve host: linux.mellanox.com'),
	],
	'tls-failed': [step('RUN curl -fL https://x', 'curl: (35) Recv failure: Connection reset by peer')],
	'network-timeout': [
		said(
			'resolve image config for quay.io/x:1: failed to authorize: Get "https://production.cloudflare.docker.com/blobs/x": net/http: TLS handshake timeout',
		),
		step(
			'RUN curl -fL https://x',
			'curl: (28) Failed to connect to x port 443 after 134210 ms: Couldn’t connect to server',
		),
	],
	'download-refused': [step('RUN curl -fL https://x/y.tar.gz', 'curl: (22) The requested URL returned error: 404')],
	'buildkit-cache-busy': [
		consoleOnly('could not lock "/tmp/earthly/buildkit/buildkitd.lock", another instance running?', {
			exitCode: 6,
			runner: 'container',
		}),
		said(
			buildkit(
				'failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial tcp 172.17.0.3:8372: connect: connection refused"',
			),
			{exitCode: 6, runner: 'container'},
		),
	],
	'remote-certificate': [
		said(buildkit('x509: certificate has expired or is not yet valid'), {exitCode: 6, runner: 'remote'}),
	],
	'remote-client-certificate': [
		said(buildkit('failed to list workers: Unavailable: remote error: tls: bad certificate'), {
			exitCode: 6,
			runner: 'remote',
		}),
	],
	'remote-name': [said(buildkit('dial tcp: lookup bk.lab: no such host'), {exitCode: 6, runner: 'remote'})],
	'remote-refused': [
		said(buildkit('dial tcp 10.0.0.7:8372: connect: connection refused'), {exitCode: 6, runner: 'remote'}),
	],
	'buildkit-not-starting': [said(buildkit('timeout 1m0s: context deadline exceeded'), {exitCode: 6})],
	'buildkit-crashed': [
		said(
			'error reading from server: command [docker exec -i edge-builder-buildkitd buildctl dial-stdio] has exited with exit status 137, please make sure the URL is valid',
		),
		said('rpc error: code = Unavailable desc = error reading from server: EOF'),
		said('(Earthly’s own kind of failure: BUILDKIT_CRASHED)', {
			failure: {type: 'BUILDKIT_CRASHED', message: '(Earthly’s own kind of failure: BUILDKIT_CRASHED)', output: []},
		}),
	],
	'registry-rate-limit': [
		said(
			'resolve image config for docker.io/library/ubuntu:24.04: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
		),
	],
	'registry-token': [
		said(
			'resolve image config for docker.io/library/alpine:3: failed to authorize: failed to fetch oauth token: Post "https://auth.docker.io/token": dial tcp 3.2.1.0:443: connect: connection refused',
		),
	],
	'registry-unauthorized': [
		said(
			'failed to push registry.example.com/edge/ubuntu:demo: unexpected status from HEAD request to https://registry.example.com/v2/edge/ubuntu/blobs/sha256:0a: 401 Unauthorized',
		),
	],
	'registry-forbidden': [
		said(
			'resolve image config for registry.example.com/x:1: unexpected status from HEAD request to https://registry.example.com/v2/x/manifests/1: 403 Forbidden',
		),
		said('failed to push ttl.sh/x:1: server message: insufficient_scope: authorization failed'),
		said('denied: requested access to the resource is denied'),
	],
	'base-image-missing': [
		said(
			'Earthfile:681:4 from dockerfile: dockerfile2llb : lab/kairos-ubuntu:24.04: lab/kairos-ubuntu:24.04: not found',
		),
		said(
			'Earthfile:900:4 apply FROM: resolve image config for us-docker.pkg.dev/palette-images/edge/kairos-ubuntu:24-core-amd64-generic-v3.5.9: us-docker.pkg.dev/palette-images/edge/kairos-ubuntu:24-core-amd64-generic-v3.5.9: not found',
		),
	],
	'push-failed': [said('failed to push registry.example.com/x:1: net/http: TLS handshake timeout')],
	'registry-unreachable': [
		said('failed to do request: Head "https://quay.io/v2/x/manifests/1": dial tcp 1.2.3.4:443: i/o timeout'),
	],
	'kernel-headers-missing': [
		step(
			'RUN dkms autoinstall',
			'Error! Your kernel headers for kernel 6.8.0-45-generic cannot be found at /lib/modules/6.8.0-45-generic/build or /lib/modules/6.8.0-45-generic/source.',
		),
		step('RUN bash build-modules.sh', 'edge-builder: error: headers for 6.11.0-17-generic are not available'),
		step(
			'RUN apt-get install -y "linux-headers-$kernel"',
			"E: Unable to locate package linux-headers-6.11.0-17-generic\nE: Couldn't find any package by glob 'linux-headers-6.11.0-17-generic'",
			{code: 100},
		),
	],
	'clock-behind': [
		step(
			'RUN apt-get update',
			'E: Release file for http://archive.ubuntu.com/ubuntu/dists/noble-updates/InRelease is not valid yet (invalid for another 2h 3min 4s). Updates for this repository will not be applied.',
			{code: 100},
		),
	],
	'release-expired': [
		step(
			'RUN apt-get update',
			'E: Release file for http://mirror.lab/debian/dists/trixie-updates/InRelease is expired (invalid since 12d 2h 1min 9s). Updates for this repository will not be applied.',
			{code: 100},
		),
	],
	'repository-not-signed': [
		step('RUN apt-get update', "E: The repository 'https://mirror.lab/doca ./ InRelease' is not signed.", {code: 100}),
		step(
			'RUN apt-get update',
			"W: GPG error: http://x noble InRelease: The following signatures couldn't be verified: NO_PUBKEY 871920D1991BC93C",
			{code: 100},
		),
	],
	'package-of-other-release': [
		step(
			'RUN bash install-doca.sh',
			' doca-all : Depends: libssl1.1 (>= 1.1.1) but it is not installable\nE: Unable to correct problems, you have held broken packages.\nedge-builder: error: DOCA_DEB_FILE: doca-all could not be installed',
			{code: 100},
		),
	],
	'module-excludes-kernel': [
		step(
			'RUN dkms autoinstall',
			'Error! The /var/lib/dkms/mlnx-ofed-kernel/25.10/6.17.0/x86_64/dkms.conf for module mlnx-ofed-kernel includes a BUILD_EXCLUSIVE directive which does not match this kernel/arch/config.',
		),
	],
	'compiler-missing': [
		step('RUN dkms autoinstall', 'make[1]: x86_64-linux-gnu-gcc-13: No such file or directory'),
		step('RUN make', '/bin/sh: 1: gcc-13: not found', {code: 2}),
	],
	'secure-boot-missing': [
		said('failed: "/secure-boot/enrollment": not found', {
			failure: {type: 'FILE_NOT_FOUND', message: 'failed: "/secure-boot/enrollment": not found', output: []},
		}),
	],
	'iso-file-too-large': [
		step('RUN xorriso', 'libisofs: FAILURE : File exceeds size limit of 4294967295 bytes: /rootfs.squashfs', {
			code: 32,
		}),
	],
	'overlay-step': [
		step(
			'RUN bash install-doca.sh',
			'edge-builder: error: DOCA_DEB_FILE: sha256 of x.deb is 00, not 11\nedge-builder: hint: The file is damaged or another one: fetch it again.',
		),
		step('RUN bash install-files.sh', 'edge-builder: error: etc/x is missing from the build context'),
	],
	'dkms-failed': [
		step(
			'RUN bash build-modules.sh',
			"edge-builder: error: the kernel module mlnx-ofed-kernel could not be built for 6.14.0-27-generic (dkms says 'added')",
		),
		step(
			'RUN dkms autoinstall',
			'Error! Bad return status for module build on kernel: 6.14.0-27-generic (x86_64)\nConsult /var/lib/dkms/mlnx-ofed-kernel/25.10/build/make.log for more information.',
		),
	],
	'doca-missing': [
		step(
			'RUN bash install-doca.sh',
			'edge-builder: error: DOCA_DEB_FILE: doca-host_3.2.1_amd64.deb is missing from the build context',
		),
		step('RUN apt-get install -y doca-all', "E: Package 'doca-all' has no installation candidate", {code: 100}),
		said('ERROR Earthfile:9:4\nCOPY doca-host_3.2.1.deb /tmp\nfailed: "/doca-host_3.2.1.deb": not found', {
			failure: {type: 'FILE_NOT_FOUND', message: 'failed: "/doca-host_3.2.1.deb": not found', output: []},
		}),
	],
	'firmware-missing': [
		step(
			'RUN bash install-bfb.sh',
			"edge-builder: error: BFB_FILE: bf-bundle-3.2.1.bfb is missing from the build context\nedge-builder: hint: Fetch it with 'edge-builder download'.",
		),
		step('RUN install firmware', 'mv: cannot stat: bf-bundle-3.2.1.bfb is missing'),
	],
	'package-mirror': [
		step(
			'RUN apt-get update; apt-get install -y vim',
			'W: Failed to fetch http://mirror.lab/dists/trixie/InRelease  Could not connect to mirror.lab:80\nE: Unable to locate package vim',
			{code: 100},
		),
		step(
			'RUN apt-get update',
			'E: Failed to fetch http://archive.ubuntu.com/ubuntu/pool/x.deb  503  Service Unavailable',
			{code: 100},
		),
		step(
			'RUN apt-get update',
			"E: The repository 'http://archive.ubuntu.com/ubuntu nobel Release' does not have a Release file.",
			{code: 100},
		),
	],
	'package-missing': [step('RUN apt-get install -y gcc-99', 'E: Unable to locate package gcc-99', {code: 100})],
	'user-data-invalid': [
		step(
			'RUN if [ -f /user-data ]; then /usr/local/bin/palette-edge-cli validate -f /user-data; fi',
			'stylus.site.edgeHostToken: must be a string',
		),
	],
	'kubernetes-version-missing': [
		step(
			'RUN luet install -y k8s/kubeadm@1.99.0 --system-target /output && luet cleanup',
			'Error: package k8s/kubeadm@1.99.0 not found',
		),
	],
	'earthfile-syntax': [
		said("resolve build context for target +iso: lexer error: Earthfile\nsyntax error: line 11:35: unexpected '\n'"),
		said('Earthfile:12:4 parse FROM: unknown command FRM'),
	],
	'target-missing': [said('Earthfile:0:0 target iso-disk not found\nin\t\t+iso-disk')],
	'file-missing': [
		said('failed: "/overlay/files": not found', {
			failure: {type: 'FILE_NOT_FOUND', message: 'failed: "/overlay/files": not found', output: []},
		}),
	],
	'git-failed': [
		said('git clone failed', {failure: {type: 'GIT', message: 'git clone https://x failed: exit 128', output: []}}),
	],
	'wrong-architecture': [step('RUN uname', '/bin/sh: exec format error')],
	'command-not-found': [step('RUN N echo x', '/bin/sh: 1: N: not found', {code: 127})],
};
