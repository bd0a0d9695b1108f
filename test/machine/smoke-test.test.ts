import {describe, expect, test} from 'vitest';
import type {FixableError} from '../../source/errors.ts';
import {runSmokeTest, type SmokeTest} from '../../source/machine/smoke-test.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {autologin, bootMenu, drawMenu, realShell, titles} from './fake-guest.ts';
import {type FakeGuest, fakeQemu} from './fake-qemu.ts';

const settings = {arch: 'amd64', cpu: 'host', memory: 2048, cores: 2, bootTimeout: 20, testTimeout: 10} as const;

const smokeTest = async (
	guest: FakeGuest | {refuses: string},
	options: Partial<SmokeTest> & {hurry?: number; settings?: SmokeTest['settings']} = {},
) => {
	const qemu = fakeQemu(guest, options);
	const notes: string[] = [];
	const left: string[] = [];
	const result = await runSmokeTest({
		host: qemu.host,
		iso: '/images/installer.iso',
		settings,
		folder: temporaryFolder(),
		script: 'echo "RESULT:kernel:PASS"; echo oops >&2; exit 7',
		signal: new AbortController().signal,
		cleanup: {
			add(what, undo) {
				left.push(what);
				return async () => {
					if (left.includes(what)) left.splice(left.indexOf(what), 1);
					await undo();
				};
			},
		},
		note: text => void notes.push(text),
		...options,
	}).then(
		value => ({value, error: undefined}),
		(error: FixableError) => ({value: undefined, error}),
	);
	expect(left, 'nothing is left to clean up').toEqual([]);
	expect(qemu.running(), 'no QEMU is left').toBe(0);
	expect(qemu.folders()).toEqual([]);
	return {...result, notes, qemu};
};

const loggedIn = (commandLine = 'BOOT_IMAGE=/boot/kernel console=ttyS0') =>
	bootMenu(machine => {
		machine.print(`[    0.000000] Linux version 6.1\r\n[  OK  ] Reached target Basic\r\n${autologin}`);
		return realShell(machine, {commandLine});
	});

describe('a smoke test', () => {
	test('starts the manual entry, runs the script and returns exactly what it printed', async () => {
		const stages: string[] = [];
		const {value, notes} = await smokeTest(loggedIn(), {onStage: stage => void stages.push(stage)});
		expect(value).toMatchObject({
			output: 'RESULT:kernel:PASS\noops\n',
			exitCode: 7,
			accelerator: {kind: 'kvm', cpu: 'host'},
			commandLine: 'BOOT_IMAGE=/boot/kernel console=ttyS0',
		});
		expect(notes).toContain(`Started the boot menu entry "${titles[1]}".`);
		expect(stages).toEqual(
			['power-on', 'firmware', 'menu', 'loading', 'kernel', 'systemd', 'login', 'shell'].filter(s =>
				stages.includes(s),
			),
		);
		expect(stages.at(-1)).toBe('shell');
		expect(value?.stages.map(one => one.stage)).toEqual(stages);
	});

	// The entry was chosen inside the argument of an optional call, so without a reader of notes it never was.
	test('starts the manual entry even if nobody reads its notes', async () => {
		const guest = bootMenu((machine, title) => {
			expect(title).toBe(titles[1]);
			machine.print(autologin);
			return realShell(machine);
		});
		const {value} = await smokeTest(guest, {note: undefined});
		expect(value?.exitCode).toBe(7);
	});

	test('moves up when the menu preselects the interactive installer', async () => {
		const {value} = await smokeTest(
			bootMenu((machine, title) => {
				expect(title).toBe(titles[1]);
				machine.print(autologin);
				return realShell(machine);
			}, 2),
		);
		expect(value?.exitCode).toBe(7);
	});

	test('hands on what the guest prints', async () => {
		let seen = '';
		await smokeTest(loggedIn(), {onSerial: text => (seen += text)});
		expect(seen).toContain('(automatic login)');
		expect(seen).toContain('RESULT:kernel:PASS');
	});

	test('fails when the installer was booted after all, by the kernel command line', async () => {
		const {error} = await smokeTest(loggedIn('console=ttyS0 nodepair.enable'));
		expect(error).toMatchObject({code: 'wrong-entry', exit: 'smokeTest'});
		expect(error?.message).toContain('nodepair.enable');
	});

	// QEMU that ended at once was reported a minute later as "the menu did not appear".
	test('says what QEMU said when it does not start', async () => {
		const {error, qemu} = await smokeTest({refuses: "qemu-system-x86_64: CPU model 'host' requires KVM or HVF"});
		expect(error).toMatchObject({code: 'qemu-ended'});
		expect(error?.message).toContain("exit code 1: qemu-system-x86_64: CPU model 'host' requires KVM or HVF");
		expect(qemu.started).toHaveLength(1);
	});

	test('notices at once when QEMU dies while the guest boots', async () => {
		const {error} = await smokeTest(
			bootMenu(machine => {
				machine.print('[    0.000000] Linux version 6.1');
				setTimeout(() => machine.crash(134, 'kvm_buf_set_msrs: Assertion failed'), 50);
			}),
		);
		expect(error?.message).toBe('QEMU ended with exit code 134: kvm_buf_set_msrs: Assertion failed');
	});

	test('fails when the guest switches itself off or restarts', async () => {
		const {error} = await smokeTest(bootMenu(machine => machine.switchOff('guest-reset')));
		expect(error).toMatchObject({code: 'guest-switched-off', message: 'The VM restarted itself'});
	});

	test.each([
		['kernel-panic', '\r\n[    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n'],
		['initramfs-failure', '\r\nGenerating "/run/initramfs/rdsosreport.txt"\r\n'],
		['emergency-mode', '\r\nYou are in emergency mode. After logging in, type "journalctl -xb"\r\n'],
	])('ends with %s where the boot does, and shows the last lines', async (code, text) => {
		const {error, notes, qemu} = await smokeTest(bootMenu(machine => machine.print(text)));
		expect(error?.code).toBe(code);
		expect(error?.log).toMatch(/serial\.log$/);
		expect(notes.some(note => note.startsWith('Last lines on the serial console:'))).toBe(true);
		expect(qemu.monitor).toContain('screendump');
	});

	test('fails when the firmware finds nothing to boot', async () => {
		const {error} = await smokeTest(machine => {
			machine.print('SeaBIOS (version 1.16)\r\nNo bootable device.\r\n');
			return {};
		});
		expect(error?.code).toBe('no-bootable-medium');
	});

	test('fails when the menu has no manual entry, and names those it has', async () => {
		const {error} = await smokeTest(
			machine => {
				machine.print(drawMenu(0, ['Kairos', 'Kairos (interactive)']));
				return {};
			},
			{hurry: 200},
		);
		expect(error?.code).toBe('manual-entry-missing');
		expect(error?.message).toContain('Kairos; Kairos (interactive)');
	});

	test('fails when the default entry starts before a key reached the menu', async () => {
		const {error} = await smokeTest(machine => {
			machine.print(drawMenu(0));
			return {onKey: () => machine.print('\r\nLoading kernel...\r\n')};
		});
		expect(error?.code).toBe('wrong-entry');
	});

	test('types into the serial line where the keyboard does not reach the menu', async () => {
		const {value} = await smokeTest(machine => {
			const menu = bootMenu(guest => {
				guest.print(autologin);
				return realShell(guest);
			})(machine);
			const keys: Record<string, string> = {'\x1b[B': 'down', '\r': 'ret'};
			let isRunning = false;
			return {
				onSerial(text) {
					if (isRunning) menu.onSerial?.(text);
					else menu.onKey?.(keys[text] ?? '');
					isRunning ||= text === '\r';
				},
			};
		});
		expect(value?.exitCode).toBe(7);
	});

	test.each([
		['boot-timeout', bootMenu(() => undefined)],
		['no-autologin', bootMenu(machine => machine.print('\r\nedge login: '))],
		['no-shell', bootMenu(machine => machine.print(autologin))],
	] satisfies [string, FakeGuest][])('ends with %s where the guest stays silent', async (code, guest) => {
		const {error} = await smokeTest(guest, {hurry: 200});
		expect(error?.code).toBe(code);
	});

	test('ends with menu-missing where no menu comes', async () => {
		const {error} = await smokeTest(() => ({}), {hurry: 400});
		expect(error?.code).toBe('menu-missing');
	});

	// Service messages of systemd go to the console past the kernel's log level.
	test('asks again for an answer that something else was written into', async () => {
		let torn = 0;
		const {value} = await smokeTest(
			bootMenu(machine => {
				const noisy = {
					...machine,
					print(text: string) {
						machine.print(
							text.replace(/answer-\d+:7:\d+:\r\n/, head => {
								torn++;
								return torn === 1 ? `${head}[  OK  ] Started Late Service.\r\n` : head;
							}),
						);
					},
				};
				machine.print(autologin);
				return realShell(noisy);
			}),
		);
		expect(torn).toBeGreaterThan(1);
		expect(value?.output).toBe('RESULT:kernel:PASS\noops\n');
	});

	test('sends a script again of which characters were lost', async () => {
		let lost = 0;
		const {value} = await smokeTest(
			bootMenu(machine => {
				machine.print(autologin);
				const shell = realShell(machine);
				return {
					onSerial(text) {
						const isPayload = /^[A-Za-z0-9+/=\r]{150,}$/.test(text) && lost++ === 1;
						shell.onSerial(isPayload ? `${text.slice(0, 40)}${text.slice(44)}` : text);
					},
				};
			}),
		);
		expect(lost).toBeGreaterThan(2);
		expect(value?.output).toBe('RESULT:kernel:PASS\noops\n');
	});

	// The console echoes what is typed. A marker in the typed text was found before the script ran: zero results, passed.
	test('does not take the echo of the typed script for its result', async () => {
		const {error} = await smokeTest(
			bootMenu(machine => {
				machine.print(autologin);
				return {onSerial: text => machine.print(text.replaceAll('\r', '\r\n'))};
			}),
			{hurry: 200},
		);
		expect(error?.code).toBe('no-shell');
	});

	test('ends a script that does not', async () => {
		const {error} = await smokeTest(loggedIn(), {script: 'sleep 60', settings: {...settings, testTimeout: 1}});
		expect(error?.code).toBe('script-timeout');
	});

	test('leaves nothing when it is cancelled', async () => {
		const controller = new AbortController();
		const {error} = await smokeTest(
			bootMenu(() => {
				controller.abort(new Error('Cancelled by the person'));
			}),
			{signal: controller.signal},
		);
		expect(error?.message).toBe('Cancelled by the person');
	});
});
