import {type GrubMenu, readGrubMenu} from './grub-menu.ts';
import type {Vm} from './vm.ts';
import {faultError, vmError} from './vm-error.ts';

/** The entry that starts the live system without the installer. */
const isManual = (title: string) => title.endsWith('(manual)');

// With KVM; each is multiplied without it. While a countdown runs, its ticks tell the time instead: the guest's clock is
// the one that counts.
const menuMs = 60_000;
const keyMs = 1500;
const drawMs = 4000;
const settleMs = 150;
const startMs = 5000;
const mostKeys = 16;

/**
 * Moves the boot menu's selection to the "(manual)" entry, reading the screen after each key, and starts it; returns its
 * title. @throws {FixableError} when no menu comes, it has no such entry, or something else was started.
 */
export const chooseManualEntry = async (vm: Vm): Promise<string> => {
	let menu = await menuWithManualEntry(vm);
	// The keyboard reaches a GRUB that reads the console, the serial line one that reads only that.
	const routes = [keyboard(vm), serialKeys(vm)];
	for (let count = 0; count < mostKeys; count++) {
		if (isManual(titleOf(menu))) {
			await start(vm, routes);
			return titleOf(menu);
		}
		const before = menu;
		await routes[0]?.(menu.selected < menu.entries.findIndex(isManual) ? 'down' : 'up');
		// A key pressed while GRUB still draws may be lost: the screen decides, not the count.
		const moved = await menuMoved(vm, before);
		if (moved) menu = await menuSettled(vm, moved);
		else routes.reverse();
	}
	throw vmError('wrong-entry', 'The boot menu does not follow the keyboard', {log: vm.serialLog});
};

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

const menuWithManualEntry = async (vm: Vm): Promise<ShownMenu> => {
	let last = await firstMenu(vm);
	const missing = () =>
		vmError('manual-entry-missing', `The boot menu has no "(manual)" entry, only: ${last.entries.join('; ')}`, {
			log: vm.serialLog,
		});
	return vm.serial.waitFor({
		async read() {
			if (hasStarted(vm)) throw startedByItself('it was drawn', vm);
			last = (await readMenu(vm)) ?? last;
			if (last.entries.some(isManual)) return last;
			// The menu is drawn character by character, the countdown last: before that an entry may be missing or cut short.
			if (last.countdown !== undefined) throw missing();
			return undefined;
		},
		timeoutMs: drawMs * vm.slowness,
		signal: vm.alive,
		late: missing,
	});
};

const firstMenu = (vm: Vm) =>
	vm.serial.waitFor({
		async read() {
			const {stage, fault} = vm.serial.boot();
			if (fault) throw faultError(fault, vm.serialLog);
			if (hasStarted(vm)) throw startedByItself('it could be read', vm);
			return stage === 'menu' ? readMenu(vm) : undefined;
		},
		timeoutMs: menuMs * vm.slowness,
		signal: vm.alive,
		late: () =>
			vmError('menu-missing', `No boot menu appeared within ${(menuMs * vm.slowness) / 1000} s`, {log: vm.serialLog}),
	});

const startedByItself = (before: string, {serialLog}: Vm) =>
	vmError('wrong-entry', `The boot menu started its default entry before ${before}`, {log: serialLog});

type ShownMenu = GrubMenu & {selected: number};

const titleOf = ({entries, selected}: ShownMenu) => entries[selected] ?? '';

const readMenu = async ({serial}: Vm): Promise<ShownMenu | undefined> => {
	const menu = readGrubMenu(await serial.screen.lines());
	return menu?.selected === undefined ? undefined : {...menu, selected: menu.selected};
};

/** The menu after a key; undefined when the key did not reach it. */
const menuMoved = async (vm: Vm, before: ShownMenu): Promise<ShownMenu | undefined> => {
	let first: number | undefined;
	const result = await orUndefined(late =>
		vm.serial.waitFor({
			async read() {
				if (hasStarted(vm)) throw startedByItself('a key reached it', vm);
				const menu = await readMenu(vm);
				if (!menu) return undefined;
				// Both, since while GRUB draws, rows come and go and titles grow.
				if (menu.selected !== before.selected && titleOf(menu) !== titleOf(before)) return menu;
				// A key stops the countdown. One that goes on for two of the guest's seconds has not seen ours.
				first ??= menu.countdown;
				return first !== undefined && (menu.countdown ?? first) <= first - 2 ? 'deaf' : undefined;
			},
			timeoutMs: keyMs * vm.slowness,
			signal: vm.alive,
			late,
		}),
	);
	return result === 'deaf' ? undefined : result;
};

// Where GRUB writes to the serial line itself and through the firmware, it draws everything twice, one after the other.
const menuSettled = async (vm: Vm, moved: ShownMenu) => {
	let [before, now] = [moved, await menuAfterPause(vm)];
	while (now && titleOf(now) !== titleOf(before)) [before, now] = [now, await menuAfterPause(vm)];
	return now ?? before;
};

const menuAfterPause = async (vm: Vm) => {
	await orUndefined(late =>
		vm.serial.waitFor<never>({read: () => undefined, timeoutMs: settleMs * vm.slowness, signal: vm.alive, late}),
	);
	return readMenu(vm);
};

const start = async (vm: Vm, routes: readonly Keys[]) => {
	for (const press of routes) {
		await press('enter');
		const started = await orUndefined(late =>
			vm.serial.waitFor({
				read: () => (hasStarted(vm) ? true : undefined),
				timeoutMs: startMs * vm.slowness,
				signal: vm.alive,
				late,
			}),
		);
		if (started) return;
	}
	// A quiet boot says nothing yet; whoever waits for the login notices if nothing comes.
};

const hasStarted = ({serial}: Vm) => !['power-on', 'firmware', 'menu'].includes(serial.boot().stage);

/** Undefined instead of the error that `late` makes. */
const orUndefined = async <T>(wait: (late: () => Error) => Promise<T>): Promise<T | undefined> => {
	const tooLate = new Error('too late');
	try {
		return await wait(() => tooLate);
	} catch (error) {
		if (error === tooLate) return undefined;
		throw error;
	}
};
