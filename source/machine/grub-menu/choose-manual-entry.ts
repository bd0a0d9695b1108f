import type {Vm} from '../vm/start-vm.ts';
import {vmError} from '../vm/vm-errors.ts';
import {menuAfterKey, menuIsLeft, titleOf, waitForMenu} from './wait-for-menu.ts';

/** The entry that starts the live system without the installer. */
const isManual = (title: string) => title.endsWith('(manual)');

const mostKeys = 16;

/**
 * Moves the boot menu's selection to the "(manual)" entry, reading the screen after each key, and starts it; returns its
 * title. The watch over the boot ends it when no menu comes. @throws {FixableError} when the menu has no such entry, or
 * something else was started.
 */
export async function chooseManualEntry(vm: Vm): Promise<string> {
	let menu = await waitForMenu(vm, {isIt: isManual, name: '"(manual)"'});
	// The keyboard reaches a GRUB that reads the console, the serial line one that reads only that.
	const routes = [keyboard(vm), serialKeys(vm)];
	for (let count = 0; count < mostKeys; count++) {
		if (isManual(titleOf(menu))) {
			await start(vm, routes);
			return titleOf(menu);
		}
		await routes[0]?.(menu.selected < menu.entries.findIndex(isManual) ? 'down' : 'up');
		// A key pressed while GRUB still draws may be lost: the screen decides, not the count.
		const moved = await menuAfterKey(vm, menu);
		if (moved) menu = moved;
		else routes.reverse();
	}
	throw vmError('wrong-entry', 'The boot menu does not follow the keyboard', {log: vm.serialLog});
}

type Keys = (key: keyof typeof codes) => Promise<unknown>;

/** QEMU's key names, and what a terminal sends. */
const codes = {up: ['up', '\x1b[A'], down: ['down', '\x1b[B'], enter: ['ret', '\r']} as const;

const keyboard =
	({qmp}: Vm): Keys =>
	key =>
		qmp.execute('send-key', {keys: [{type: 'qcode', data: codes[key][0]}]}).catch(() => undefined); // A machine without a keyboard: the other route is tried next.

const serialKeys =
	({serial}: Vm): Keys =>
	async key =>
		serial.write(codes[key][1]);

async function start(vm: Vm, routes: readonly Keys[]) {
	for (const press of routes) {
		await press('enter');
		if (await menuIsLeft(vm)) return;
	}
	// A quiet boot says nothing yet; whoever waits for the login notices if nothing comes.
}
