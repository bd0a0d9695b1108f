import {expect, test, vi} from 'vitest';
import {createSerialScreen} from '../../../source/tui/dashboard/vm-screen-pane.ts';

const screenOf = async (...parts: readonly string[]) => {
	const screen = createSerialScreen();
	let all = '';
	for (const part of parts) {
		all += part;
		screen.feed(all);
	}
	const text = () => screen.getSnapshot().rows.join('\n').trimEnd();
	// An end that nothing before contains: once it is there, everything before it was drawn.
	screen.feed(`${all}\r\n<end>`);
	await vi.waitFor(() => expect(text()).toContain('<end>'));
	return text().replace('\n<end>', '');
};

test('the screen is what a terminal would show: cleared, overwritten, in place', async () => {
	expect(await screenOf('boot\r\n', '\u001b[2J\u001b[Hlogin', '\rLO')).toBe('LOgin');
	expect(await screenOf('a', 'b', 'c')).toBe('abc');
});

test('sequences that are cut anywhere are drawn as one', async () => {
	expect(await screenOf('\u001b', '[1', ';31mred\u001b[', '0m')).toBe('red');
});

// systemd shortens its lines in the middle of a colour sequence; xterm.js told the console, which was our own screen.
test('a broken sequence of the guest prints nothing anywhere', async () => {
	const spies = (['log', 'info', 'warn', 'error'] as const).map(level => vi.spyOn(console, level));
	await screenOf('\u001b[0;1;39…broken\u001b…\r\nfine');
	for (const spy of spies) expect(spy).not.toHaveBeenCalled();
	vi.restoreAllMocks();
});
