import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type BootState, initialBoot, reduceBoot} from '../../source/machine/boot-stages.ts';
import {type CondenseState, condense} from '../../source/machine/serial-text.ts';
import {autologin, drawMenu} from './fake-guest.ts';

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
const chunked = (text: string, cuts: readonly number[]) => {
	const places = [0, ...cuts.map(cut => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
	return places.slice(1).map((end, index) => text.slice(places[index], end));
};

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

describe('condensed text', () => {
	test('joins words that the boot loader placed by the cursor', () => {
		expect(condense('text', 'Kuber\x1b[5;12Hnetes command-lin\x1b[1Ce')[1]).toBe('Kubernetescommand-line');
	});

	test('is the same however the output is cut', () => {
		const text = 'a\x1b[1;31mb\x1b]0;title\x07c\x1b]8;;x\x1b\\d\x1b(0e\x1bPq\x1b\\f\x1b7g\r\n h';
		fc.assert(
			fc.property(fc.array(fc.nat(), {maxLength: 20}), cuts => {
				let state: CondenseState = 'text';
				let all = '';
				for (const chunk of chunked(text, cuts)) {
					const [next, more] = condense(state, chunk);
					state = next;
					all += more;
				}
				expect(all).toBe('abcdefgh');
			}),
		);
	});
});
