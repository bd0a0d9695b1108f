import {connect} from 'node:net';
import {autologin, drawMenu, titles} from './guest-output.ts';

// Stands for qemu-system-x86_64: connects to the sockets its arguments name, speaks QMP, and plays an installer ISO whose
// guest, once logged in, does what STAND_IN_GUEST says.
const args = process.argv.slice(2);
if (args.includes('--version')) {
	console.log('QEMU emulator version 9.0.0 (stand-in)');
	process.exit(0);
}

const socketOf = (id: string) =>
	connect(/path=([^,]+)/.exec(args.find(arg => arg.startsWith(`socket,${id},`)) ?? '')?.[1] ?? '');
const serial = socketOf('id=serial');
const qmp = socketOf('id=control');
const print = (text: string) => void serial.write(text);
for (const socket of [serial, qmp]) socket.on('error', () => process.exit(0));

const guests: Record<string, (typed: string) => void> = {
	panic: () => print('\r\n[   61.2] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009\r\n'),
	bug: () => print('\r\n[   61.2] BUG: kernel NULL pointer dereference, address: 0000000000000008\r\n'),
	emergency: () => print('\r\nYou are in emergency mode. After logging in, type "journalctl -xb"\r\n'),
	'qemu-exit': () => {
		console.error('qemu-system-x86_64: terminating on a bus error');
		process.exit(1);
	},
	echo: typed => print(typed.replaceAll('\r', '\r\n')),
	noise: () => print('\u0007#~#~#\r\n'),
};
const hasSerialLine = process.env.STAND_IN_GUEST !== 'no-serial-line';
const hasMenu = process.env.STAND_IN_GUEST !== 'no-menu';
const guest = guests[process.env.STAND_IN_GUEST ?? ''];

const deviceTimeout = '[ TIME ] Timed out waiting for device dev-ttyS0.device - /dev/ttyS0.\r\n';

let selected = 0;
let isRunning = false;
serial.on('data', bytes => isRunning && guest?.(bytes.toString()));

const onKey = (key: string) => {
	if (key === 'ret') {
		isRunning = true;
		print(
			`\x1b[2J\x1b[1;1H  Loading kernel...\r\n[    0.000000] Linux version 6.1\r\n${hasSerialLine ? autologin : deviceTimeout}`,
		);
		return;
	}
	selected = Math.max(0, Math.min(titles.length - 1, selected + (key === 'down' ? 1 : -1)));
	print(drawMenu(selected));
};

qmp.write(`${JSON.stringify({QMP: {version: {}, capabilities: []}})}\r\n`);
qmp.on('data', bytes => {
	for (const line of bytes.toString().trim().split('\n')) {
		const {execute, arguments: given, id} = JSON.parse(line);
		qmp.write(`${JSON.stringify({return: {}, id})}\r\n`);
		if (execute === 'cont') print(`SeaBIOS (version 1.16.2)\r\n${hasMenu ? drawMenu(selected) : ''}`);
		if (execute === 'send-key') onKey(given.keys[0].data);
		if (execute === 'quit') qmp.end(() => process.exit(0));
	}
});
