import {describe, expect, test} from 'vitest';
import {isErrorLine, isWarningLine} from '../../../source/tui/dashboard/log-search.ts';
import {canvosRuns} from '../../helpers/recorded-builds.ts';

test.each([
	'E: Unable to locate package doca-all',
	'E: The repository "http://archive.example.com noble Release" does not have a Release file.',
	'dpkg: error processing package mlnx-ofed-kernel-dkms (--configure):',
	'Error! Bad return status for module build on kernel: 6.8.0-31-generic (x86_64)',
	'make[2]: *** [scripts/Makefile.build:243: main.o] Error 1',
	'main.c:12:10: fatal error: linux/version.h: No such file or directory',
	'curl: (6) Could not resolve host: linux.example.com',
	'curl: (22) The requested URL returned error: 404',
	'wget: unable to resolve host address "example.com"',
	'ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1',
	'Error: initializing source docker://registry.example.com/a:b: unauthorized: authentication required',
	'/bin/sh: 1: mstflint: not found',
	'mkdir: cannot create directory "/opt/x": Permission denied',
	'tar: write error: No space left on device',
	'Kernel panic - not syncing: VFS: Unable to mount root fs',
	'[FAILED] Failed to start cloud-init.service',
	'xorriso : FAILURE : Cannot determine attributes of source file',
	'Segmentation fault (core dumped)',
	'Killed',
])('"%s" is an error', line => expect(isErrorLine(line)).toBe(true));

test.each([
	'Err:3 http://archive.example.com/ubuntu noble/main Translation-en',
	'Ign:4 http://archive.example.com/ubuntu noble/universe Translation-en',
	'Get:12 http://archive.example.com noble/main amd64 liberror-perl all 0.17029-2 [25.6 kB]',
	'Selecting previously unselected package libgpg-error0:amd64.',
	'Unpacking libgpg-error-l10n (1.47-3build2) ...',
	'gcc -Wall -Werror -Wno-error=format -c main.c',
	'  CC [M]  drivers/net/ethernet/mellanox/mlx5/core/en/reporter_err.o',
	'0 errors, 0 warnings',
	'Tests: 12 passed, 0 failed',
	'Finished without errors.',
	'Setting up libreadonly-perl (2.050-3) ...',
	'update-alternatives: using /usr/bin/vim.basic to provide /usr/bin/editor (editor) in auto mode',
	'invoke-rc.d: could not determine current runlevel',
	'debconf: unable to initialize frontend: Dialog',
	'debconf: (TERM is not set, so the dialog frontend is not usable.)',
	'dracut: dracut module "biosdevname" will not be installed, because command "biosdevname" could not be found!',
	'checking for error.h... yes',
	'perl: warning: Setting locale failed.',
	'  File not found - /var/lib/repo/./en.xz (2: No such file or directory)',
	"Binary update-secureboot-policy not found, modules won't be signed",
])('"%s" is none', line => expect(isErrorLine(line)).toBe(false));

test('warnings are told apart from lines that only count them', () => {
	expect(isWarningLine('W: Target Packages is configured multiple times')).toBe(true);
	expect(isWarningLine('warning: unused variable')).toBe(true);
	expect(isWarningLine('12 passed, 0 warnings')).toBe(false);
});

// Where a command of the build failed, what it printed says why.
const inPrint = canvosRuns.filter(({name}) => /ok-|apt-mirror|doca-other/.test(name));
describe.runIf(inPrint.length > 0).each(inPrint)('in $name', ({name, events}) => {
	test('e finds an error in a build that failed, and none in one that passed', () => {
		const lines = events.flatMap(event =>
			event.type === 'log' && event.chunk.stream !== 'note' && event.chunk.stream !== 'serial'
				? event.chunk.text.split('\n').filter(isErrorLine)
				: [],
		);
		if (name.includes('/ok-')) expect(lines).toEqual([]);
		else expect(lines.length).toBeGreaterThan(0);
	});
});
