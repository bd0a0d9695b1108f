import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type BootState, initialBoot, reduceBoot} from '../../../source/machine/boot/boot-stages.ts';
import {autologin, chunked, drawMenu} from '../guest-output.ts';

const healthyBoot = [
	'SeaBIOS (version 1.16.2-debian-1.16.2-1)\r\n',
	drawMenu(1),
	'\x1b[H  Booting `Palette\x1b[2;1HLoading kernel...\r\n',
	'[    0.000000] Linux version 6.1.0-56-cloud-amd64\r\n',
	'[    2.1] systemd[1]: Detected virtualization qemu.\r\n\x1b[0m[\x1b[0;32m  OK  \x1b[0m] Reached target Basic System.\r\n',
	'\x1b]0;edge\x07pam_unix(login:session): session opened\r\n',
	autologin,
	'root@edge:~# ',
].join('');

const after = (...chunks: string[]) => chunks.reduce(reduceBoot, initialBoot);

describe('boot stages', () => {
	test('follow a healthy boot to the shell', () => {
		const stages: BootState['stage'][] = [];
		[...healthyBoot].reduce((state, character) => {
			const next = reduceBoot(state, character);
			if (next.stage !== state.stage) stages.push(next.stage);
			return next;
		}, initialBoot);
		expect(stages).toEqual(['firmware', 'menu', 'loading', 'kernel', 'systemd', 'login', 'shell']);
		expect(after(healthyBoot)).toMatchObject({boots: 1, fault: undefined});
	});

	test('are the same however the output is cut', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(), {maxLength: 40}), cuts => {
				expect(after(...chunked(healthyBoot, cuts))).toEqual(after(healthyBoot));
			}),
		);
	});

	test('never fail on noise, and never go back without a restart', () => {
		fc.assert(
			fc.property(fc.array(fc.string({unit: 'binary'})), chunks => {
				expect(after(healthyBoot, ...chunks).stage).toBe('shell');
			}),
		);
	});

	test.each([
		['no-bootable-medium', 'No bootable device.'],
		['no-bootable-medium', 'UEFI Interactive Shell v2.2'],
		['boot-loader-failure', 'error: unknown filesystem.\r\nEntering rescue mode...\r\ngrub rescue> '],
		['kernel-panic', '[ 3.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'],
		['initramfs-failure', 'Entering emergency mode. Exit the shell to continue.'],
		['initramfs-failure', 'BusyBox v1.35.0\r\n(initramfs) '],
		['emergency-mode', 'You are in emergency mode.'],
		['no-serial-line', '[ TIME ] Timed out waiting for device dev-ttyS0.device - /dev/ttyS0.'],
		['no-serial-line', '[ TIME ] Timed out waiting for device /dev/ttyS0.'],
	] as const)('tell %s', (fault, text) => {
		expect(after(`\r\n${text}`).fault).toBe(fault);
	});

	test('keep the first of several faults', () => {
		expect(after('Kernel panic - not syncing', 'You are in emergency mode').fault).toBe('kernel-panic');
	});

	test('begin anew when the guest restarts', () => {
		expect(after(healthyBoot, 'Kernel panic - not syncing', 'SeaBIOS (version 1.16)')).toMatchObject({
			stage: 'firmware',
			boots: 2,
			fault: undefined,
		});
	});

	test('a log line about a login session is no login prompt', () => {
		expect(after('pam_unix(login:session): session opened for user root').stage).toBe('power-on');
	});

	test('the harmless GRUB message before the menu is no fault', () => {
		expect(after('error: no such device: /boot/kernel.xz.\r\n').fault).toBeUndefined();
	});
});
