import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {describe, expect, test} from 'vitest';
import {type Console, openConsole} from '../../../source/machine/console/open-console.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {until} from '../../helpers/until.ts';
import {bootMenu, realShell} from '../fake-guest.ts';
import {type FakeGuest, fakeQemu, smallVm} from '../fake-qemu.ts';
import {autologin, titles} from '../guest-output.ts';

const settings = {...smallVm, bootTimeout: 60};

/** A terminal whose keyboard the test presses and whose output it reads. */
const fakeTerminal = () => {
	const modes: boolean[] = [];
	const input = Object.assign(new PassThrough(), {
		isTTY: true,
		isRaw: false,
		setRawMode(raw: boolean) {
			modes.push(raw);
			input.isRaw = raw;
		},
	});
	const output = new PassThrough();
	let shown = '';
	output.on('data', text => (shown += text));
	return {input, output, modes, shown: () => shown, press: (keys: string) => void input.write(keys)};
};

const open = (guest: FakeGuest | {refuses: string}, {hurry, ...options}: Partial<Console> & {hurry?: number} = {}) => {
	const qemu = fakeQemu(guest, {hurry});
	const terminal = fakeTerminal();
	const listenersBefore = process.listenerCount('exit');
	const end = openConsole({
		host: qemu.host,
		iso: '/images/installer.iso',
		kernel: async () => undefined,
		settings,
		input: terminal.input,
		output: terminal.output,
		serialLog: join(temporaryFolder(), 'serial.log'),
		signal: new AbortController().signal,
		cleanup: {add: (_, undo) => undo},
		...options,
	}).finally(() => {
		expect(terminal.modes, 'raw mode was taken and given back').toEqual([true, false]);
		expect(terminal.input.listenerCount('data')).toBe(0);
		expect(terminal.input.readableFlowing, 'the next reader gets the keys').not.toBe(true);
		expect(process.listenerCount('exit')).toBe(listenersBefore);
		expect(qemu.running(), 'no QEMU is left').toBe(0);
	});
	const shows = (text: string) =>
		until(
			() => terminal.shown().includes(text),
			() => `"${text}" is not in:\n${terminal.shown()}`,
		);
	return {...terminal, end, qemu, shows};
};

const loggedIn: FakeGuest = bootMenu((machine, title) => {
	machine.print(`Started ${title}.${autologin}`);
	return realShell(machine);
});

describe('the console', () => {
	test('boots the manual entry, takes commands, and comes back with Ctrl-]', async () => {
		const console = open(loggedIn);
		await console.shows(`Started ${titles[1]}.`);
		await console.shows('root@edge:~#');
		console.press('echo $((111*111))\r');
		await console.shows('12321');
		console.press('\x1d');
		expect(await console.end).toEqual({reason: 'detached', message: 'Detached; the VM was stopped.'});
		expect(console.qemu.monitor).toContain('quit');
	});

	test('comes back with Ctrl-A X, too, as people know it from QEMU', async () => {
		const console = open(loggedIn);
		await console.shows('root@edge:~#');
		console.press('\x01');
		console.press('x');
		expect((await console.end).reason).toBe('detached');
	});

	test('tells the detach key before anything else', async () => {
		const console = open(loggedIn);
		await console.shows('Ctrl-] (or Ctrl-A X) brings you back');
		console.press('\x1d');
		await console.end;
	});

	test('gives the terminal back without the colours and modes of the guest', async () => {
		const console = open(bootMenu(machine => machine.print('\x1b[?1049h\x1b[?25l\x1b[31;44m in an editor')));
		await console.shows('in an editor');
		console.press('\x1d');
		await console.end;
		const after = console.shown().slice(console.shown().indexOf('in an editor'));
		for (const sequence of ['\x1b[?1049l', '\x1b[0m', '\x1b[?25h', '\x1b[?2004l']) expect(after).toContain(sequence);
	});

	test('ends when the guest switches itself off', async () => {
		const console = open(bootMenu(machine => machine.switchOff('guest-shutdown')));
		expect(await console.end).toEqual({reason: 'guest-ended', message: 'The VM switched itself off.'});
	});

	test('ends when the run is cancelled', async () => {
		const controller = new AbortController();
		const console = open(loggedIn, {signal: controller.signal});
		await console.shows('root@edge:~#');
		controller.abort();
		expect((await console.end).reason).toBe('cancelled');
	});

	test('ends when the input does', async () => {
		const console = open(loggedIn);
		await console.shows('root@edge:~#');
		console.input.end();
		expect((await console.end).reason).toBe('detached');
	});

	test('gives the terminal back when QEMU does not start', async () => {
		const console = open({refuses: 'qemu: could not open disk image'});
		await expect(console.end).rejects.toThrow('could not open disk image');
	});

	test('leaves a menu without a manual entry to the person', async () => {
		const guest: FakeGuest = machine => {
			machine.print('\x1b[2;24HGNU GRUB  version 2.06\x1b[5;2H│*Kairos │\x1b[20;7HUse the ↑ and ↓ keys');
			return {};
		};
		const console = open(guest, {hurry: 20});
		await console.shows('The manual entry was not chosen for you');
		console.press('\x1d');
		expect((await console.end).reason).toBe('detached');
	});
});
