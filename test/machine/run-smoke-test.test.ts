import {describe, expect, onTestFinished, test} from 'vitest';
import type {FixableError} from '../../source/errors.ts';
import {chooseAccelerator} from '../../source/machine/accelerator/choose-accelerator.ts';
import {runSmokeTest, type SmokeTest} from '../../source/machine/run-smoke-test.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {bootMenu, realShell} from './fake-guest.ts';
import {type FakeGuest, type FakeMachine, fakeQemu, smallVm} from './fake-qemu.ts';
import {autologin, drawMenu, titles} from './guest-output.ts';

const settings = {...smallVm, bootTimeout: 20, testTimeout: 10};

// For guests that come to nothing: minutes pass in a second, while what the guest really does has time enough.
const patient = {hurry: 200, settings: {...settings, bootTimeout: 800}};

const endless = (text: string) => (machine: FakeMachine) => {
	const printing = setInterval(() => machine.print(text), 50);
	onTestFinished(() => clearInterval(printing));
	return {};
};

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
		kernel: async () => undefined,
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

	// The VM pane once ended as a wall of base64.
	test('hands on what the guest prints, but not what it is asked and answers', async () => {
		let seen = '';
		await smokeTest(loggedIn(), {onSerial: text => (seen += text)});
		expect(seen).toContain('(automatic login)');
		expect(seen).not.toMatch(/printf|base64|RESULT:kernel:PASS/);
	});

	test('hands on the last screen of a guest that fails while it is asked', async () => {
		let seen = '';
		const {error} = await smokeTest(
			bootMenu(machine => {
				machine.print(autologin);
				return {onSerial: () => machine.print('\r\nKernel panic - not syncing: Fatal exception\r\n')};
			}),
			{onSerial: text => (seen += text)},
		);
		expect(error?.message).toContain('panicked');
		expect(seen).toMatch(/\x1b\[2J\x1b\[H[\s\S]*Kernel panic - not syncing: Fatal exception/);
	});

	test('fails when the installer was booted after all, by the kernel command line', async () => {
		const {error} = await smokeTest(loggedIn('console=ttyS0 nodepair.enable'));
		expect(error).toMatchObject({code: 'wrong-entry', exit: 'smokeTest'});
		expect(error?.message).toContain('nodepair.enable');
	});

	// QEMU that ended at once was reported a minute later as "the menu did not appear".
	test('says what QEMU said when it does not start', async () => {
		const refuses = 'qemu-system-x86_64: could not open disk image x.iso';
		const {error, qemu} = await smokeTest({refuses});
		expect(error).toMatchObject({code: 'qemu-ended'});
		expect(error?.message).toContain(`exit code 1: ${refuses}`);
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
		expect(notes.some(note => /^Picture of the screen: .*\/screen\.png$/.test(note))).toBe(true);
	});

	test('fails when the firmware finds nothing to boot', async () => {
		const {error} = await smokeTest(machine => {
			machine.print('SeaBIOS (version 1.16)\r\nNo bootable device.\r\n');
			return {};
		});
		expect(error?.code).toBe('no-bootable-medium');
	});

	test('fails when the menu has no manual entry, and names those it has', async () => {
		const {error} = await smokeTest(machine => {
			machine.print(drawMenu(0, ['Kairos', 'Kairos (interactive)']));
			return {};
		}, patient);
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
		['menu-missing', 'kvm', endless('SeaBIOS (version 1.16)\r\n')],
		['boot-timeout', 'kvm', bootMenu(endless('[  *** ] A start job is running\r'))],
		['boot-stalled', 'tcg', bootMenu(() => undefined)],
		['boot-stalled', 'tcg', () => ({})],
		['no-autologin', 'auto', bootMenu(machine => machine.print('\r\nedge login: '))],
		['no-shell', 'auto', bootMenu(machine => machine.print(autologin))],
	] satisfies [string, 'auto' | 'kvm' | 'tcg', FakeGuest][])(
		'ends with %s (%s) where the guest gets no further',
		async (code, accelerator, guest) => {
			const {error} = await smokeTest(guest, {...patient, settings: {...patient.settings, accelerator}});
			expect(error?.code).toBe(code);
		},
	);

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
	// And a shell that only echoed, echoed back or made noise cost ten minutes.
	test.each([
		[
			'echoes',
			'what is typed comes back',
			(machine: FakeMachine) => (text: string) => machine.print(text.replaceAll('\r', '\r\n')),
		],
		['makes noise', 'prints other things', (machine: FakeMachine) => () => machine.print('\x07~~~')],
		['is silent', 'is silent', () => () => undefined],
	])('ends soon, and says so, where the shell only %s', async (_, words, answer) => {
		const {error} = await smokeTest(
			bootMenu(machine => {
				machine.print(autologin);
				return {onSerial: answer(machine)};
			}),
			patient,
		);
		expect(error?.code).toBe('no-shell');
		expect(error?.message).toMatch(/within 15 s after the login/);
		expect(error?.message).toContain(words);
	});

	// The verdict came after 633 s, and blamed the serial line.
	test.each([
		['kernel-panic', '\r\n[   61.2] Kernel panic - not syncing: Attempted to kill init!\r\n'],
		['kernel-oops', '\r\n[   61.2] BUG: unable to handle page fault for address: ffffb0\r\n'],
	])('sees a %s after the login, before the shell has answered', async (code, text) => {
		const {error} = await smokeTest(
			bootMenu(machine => {
				machine.print(autologin);
				return {onSerial: () => machine.print(text)};
			}),
		);
		expect(error?.code).toBe(code);
	});

	test('sees a panic while the script is on its way and while it runs', async () => {
		for (const word of ['base64 -d', 'rm -rf /tmp/edge-builder']) {
			const {error} = await smokeTest(
				bootMenu(machine => {
					machine.print(autologin);
					const shell = realShell(machine);
					return {
						onSerial(text) {
							if (text.includes(word)) machine.print('\r\n[   61.2] Kernel panic - not syncing: Fatal exception\r\n');
							else shell.onSerial(text);
						},
					};
				}),
			);
			expect(error?.code).toBe('kernel-panic');
		}
	});

	test('ends a script that does not', async () => {
		const {error} = await smokeTest(loggedIn(), {script: 'sleep 60', settings: {...settings, testTimeout: 1}});
		expect(error?.code).toBe('script-timeout');
	});

	describe('on a machine whose KVM is half dead', () => {
		const halfDead = (emulated: FakeGuest) => {
			let count = 0;
			const guest: FakeGuest = machine => {
				if (count++ > 0) return emulated(machine);
				machine.print('SeaBIOS (version 1.16.2)\r\n');
				return {};
			};
			return guest;
		};
		const accelerators = (started: readonly {args: readonly string[]}[]) =>
			started.map(({args}) => /accel=(\w+)/.exec(args.join(' '))?.[1]);

		test('goes on by itself under emulation, says so, keeps both logs, and remembers it', async () => {
			const stalls: string[] = [];
			const {value, qemu} = await smokeTest(halfDead(loggedIn()), {
				// Here a real shell must have time to answer.
				hurry: 10,
				settings: {...settings, bootTimeout: 100},
				onStall: text => void stalls.push(text),
			});
			expect(value).toMatchObject({exitCode: 7, accelerator: {kind: 'tcg', cpu: 'max'}});
			expect(accelerators(qemu.started)).toEqual(['kvm', 'tcg']);
			expect(stalls.join()).toMatch(
				/stalled under KVM .*nothing for 20 s after "Firmware".*begins again under software emulation/,
			);
			const again = await chooseAccelerator(qemu.host, settings);
			expect(again).toMatchObject({
				kind: 'tcg',
				reason: expect.stringContaining('a boot stalled under KVM at "Firmware"'),
			});
		});

		test('leaves KVM its good name when the machine stalls at the same place without it', async () => {
			const silent: FakeGuest = machine => {
				machine.print('SeaBIOS (version 1.16.2)\r\n');
				return {};
			};
			const {error, qemu} = await smokeTest(silent, patient);
			expect(error?.code).toBe('boot-stalled');
			expect(accelerators(qemu.started)).toEqual(['kvm', 'tcg']);
			expect(await chooseAccelerator(qemu.host, settings)).toMatchObject({kind: 'kvm'});
		});

		test('stays on KVM when it was asked for by name', async () => {
			const {error, qemu} = await smokeTest(halfDead(loggedIn()), {
				...patient,
				settings: {...patient.settings, accelerator: 'kvm'},
			});
			expect(error?.code).toMatch(/^(boot-stalled|menu-missing)$/);
			expect(accelerators(qemu.started)).toEqual(['kvm']);
		});
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
