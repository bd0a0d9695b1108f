import {execFile} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

export const overlay = join(import.meta.dirname, '../../overlay');
export const kernel = '6.8.0-90-generic';

/**
 * An image build in a temporary folder: a root, the mounts of the fragment, and programs that only note their calls.
 * What they answer is read from files in `answers`, so a test says it before the script runs.
 */
export const fakeImage = () => {
	const folder = temporaryFolder();
	const at = (...parts: string[]) => join(folder, ...parts);
	const write = (path: string, text: string, mode = 0o644) => {
		mkdirSync(dirname(at(path)), {recursive: true});
		writeFileSync(at(path), text);
		chmodSync(at(path), mode);
	};
	for (const [name, script] of Object.entries(programs))
		write(`bin/${name}`, `#!/bin/bash\n${prelude}${script}`, 0o755);
	for (const path of [
		'root/boot',
		'root/etc/apt/sources.list.d',
		'root/lib/modules',
		'answers',
		'mount/settings',
		'mount/firmware',
	]) {
		mkdirSync(at(path), {recursive: true});
	}
	symlinkSync(join(overlay, 'steps'), at('mount/steps'));
	write('calls', '');

	return {
		at,
		write,
		read: (path: string) => readFileSync(at(path), 'utf8'),
		exists: (path: string) => existsSync(at(path)),
		calls: () => readFileSync(at('calls'), 'utf8').split('\n').filter(Boolean),
		settings: (values: Record<string, string>) =>
			write(
				'mount/settings/settings.env',
				Object.entries(values)
					.map(([name, value]) => `${name}=${value}\n`)
					.join(''),
			),
		/** A kernel as its packages leave it, with headers of `headersOf` or without any. */
		kernel(version: string, headersOf: string | undefined) {
			write(`root/boot/vmlinuz-${version}`, 'kernel');
			write(`root/lib/modules/${version}/kernel/empty.ko`, '');
			if (headersOf !== undefined) {
				write(
					`root/lib/modules/${version}/build/include/generated/utsrelease.h`,
					`#define UTS_RELEASE "${headersOf}"\n`,
				);
			}
		},
		/** Runs an install step, or `build-modules.sh` with arguments. */
		run: (step: string, ...args: string[]) =>
			new Promise<{code: number; out: string; err: string}>(resolve => {
				execFile(
					'bash',
					[join(overlay, 'steps', step), ...args],
					{
						env: {
							PATH: `${at('bin')}:/usr/bin:/bin`,
							EDGE_BUILDER_ROOT: at('root'),
							EDGE_BUILDER_MOUNT: at('mount'),
							FAKE: folder,
							ARCH: 'amd64',
						},
					},
					(error, out, err) => resolve({code: error ? Number(error.code) : 0, out, err}),
				);
			}),
	};
};

const prelude = `echo "\${0##*/} $*\${ARCH:+ ARCH=$ARCH}" >>"$FAKE/calls"
answer() { [ ! -e "$FAKE/answers/$1" ] || . "$FAKE/answers/$1" "\${@:2}"; }
`;

// Each one does the least that the scripts look at; `answers/NAME` is sourced by it.
const programs = {
	'apt-get': 'answer apt-get "$@"',
	'apt-mark': '',
	dpkg: 'answer dpkg "$@"',
	'dpkg-deb': 'answer dpkg-deb "$@"',
	'dpkg-query': 'answer dpkg-query "$@"',
	curl: 'answer curl "$@"',
	dracut: '',
	dkms: `case $1 in
status) cat "$FAKE/answers/dkms-status" 2>/dev/null || true ;;
autoinstall) answer autoinstall "$@" ;;
esac`,
	systemctl: '',
	modinfo: 'answer modinfo "$@"',
};
