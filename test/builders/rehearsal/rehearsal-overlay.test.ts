import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readFolder, rehearsalFolder} from '../../../source/builders/rehearsal/rehearsal-overlay.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

// Symptom: "The boot stands still: nothing for 300 s after "Starting services"" on a busy machine. Cause: under emulation
// udev took more than the 90 s that systemd waits for a device, and no login was started on the serial line.
test.each(['ttyS0', 'ttyAMA0'])('the live system waits for %s as long as it takes', async device => {
	const marks = await readFolder(fakeHost(), join(rehearsalFolder, 'marks'));
	const found = marks.find(({path}) => path === `etc/systemd/system/dev-${device}.device.d/patience.conf`);
	expect(String(found?.content)).toMatch(/^\[Unit\]\nJobRunningTimeoutSec=infinity$/m);
});

test('every stand-in package says so in its description, and every tool when it runs', async () => {
	const files = await readFolder(fakeHost(), join(rehearsalFolder, 'stand-ins'));
	const controls = files.filter(({path}) => path.endsWith('DEBIAN/control'));
	expect(controls.map(({path}) => path.split('/')[0])).toEqual(
		expect.arrayContaining([
			'doca-host',
			'doca-all',
			'mft',
			'rshim',
			'mlnx-ofed-kernel-dkms',
			'kernel-mft-dkms',
			'mlnx-nfsrdma-dkms',
		]),
	);
	for (const {content} of controls) expect(content).toMatch(/^Description: REHEARSAL stand-in of /m);
	const tools = files.filter(({path}) => /\/usr\/s?bin\//.test(path));
	expect(tools.map(({path}) => path.replace(/.*\//, '')).sort()).toEqual([
		'bfb-install',
		'flint',
		'mlxconfig',
		'mst',
		'rshim',
	]);
	for (const {content, mode} of tools) {
		expect(content).toMatch(/echo '[\w-]+: REHEARSAL stand-in, .*' >&2/);
		expect(mode).toBe(0o755);
	}
});
