import type {Vm} from '../vm/start-vm.ts';
import {vmError} from '../vm/vm-errors.ts';
import {type GrubMenu, readGrubMenu} from './menu-on-screen.ts';

/** A menu that is drawn so far that one of its entries is highlighted. */
export type ShownMenu = GrubMenu & {selected: number};

/** The title of the highlighted entry. */
export const titleOf = ({entries, selected}: ShownMenu) => entries[selected] ?? '';

// With KVM; each is multiplied without it. While a countdown runs, its ticks tell the time instead: the guest's clock is
// the one that counts. How long the menu itself may take to appear, the boot's time limits say (boot-timeouts.ts).
const keyMs = 1500;
const drawMs = 4000;
const settleMs = 150;
const startMs = 5000;

/**
 * Waits for the boot menu, until an entry that is `wanted` is drawn.
 * @throws {FixableError} when it has none, or starts another by itself.
 */
export async function waitForMenu(vm: Vm, wanted: {isIt(title: string): boolean; name: string}): Promise<ShownMenu> {
	let last = await firstMenu(vm);
	const missing = () =>
		vmError('manual-entry-missing', `The boot menu has no ${wanted.name} entry, only: ${last.entries.join('; ')}`, {
			log: vm.serialLog,
		});
	return vm.serial.waitFor({
		async read() {
			if (hasStarted(vm)) throw startedByItself('it was drawn', vm);
			last = (await readMenu(vm)) ?? last;
			if (last.entries.some(wanted.isIt)) return last;
			// The menu is drawn character by character, the countdown last: before that an entry may be missing or cut short.
			if (last.countdown !== undefined) throw missing();
			return undefined;
		},
		signal: vm.alive,
		limit: {ms: drawMs * vm.slowness, late: missing},
	});
}

/** The menu after a key; undefined when the key did not reach it. */
export async function menuAfterKey(vm: Vm, before: ShownMenu): Promise<ShownMenu | undefined> {
	const moved = await menuMoved(vm, before);
	return moved && menuSettled(vm, moved);
}

/** Whether the guest went on from its menu in the time that an Enter takes; a quiet boot says nothing even then. */
export async function menuIsLeft(vm: Vm): Promise<boolean> {
	const left = await orUndefined(late =>
		vm.serial.waitFor({
			read: () => (hasStarted(vm) ? true : undefined),
			signal: vm.alive,
			limit: {ms: startMs * vm.slowness, late},
		}),
	);
	return left === true;
}

const firstMenu = (vm: Vm) =>
	vm.serial.waitFor({
		async read() {
			if (hasStarted(vm)) throw startedByItself('it could be read', vm);
			return vm.serial.boot().stage === 'menu' ? readMenu(vm) : undefined;
		},
		signal: vm.alive,
	});

const startedByItself = (before: string, {serialLog}: Vm) =>
	vmError('wrong-entry', `The boot menu started its default entry before ${before}`, {log: serialLog});

async function readMenu({serial}: Vm): Promise<ShownMenu | undefined> {
	const menu = readGrubMenu(await serial.screen.lines());
	return menu?.selected === undefined ? undefined : {...menu, selected: menu.selected};
}

async function menuMoved(vm: Vm, before: ShownMenu): Promise<ShownMenu | undefined> {
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
			signal: vm.alive,
			limit: {ms: keyMs * vm.slowness, late},
		}),
	);
	return result === 'deaf' ? undefined : result;
}

// Where GRUB writes to the serial line itself and through the firmware, it draws everything twice, one after the other.
async function menuSettled(vm: Vm, moved: ShownMenu) {
	let [before, now] = [moved, await menuAfterPause(vm)];
	while (now && titleOf(now) !== titleOf(before)) [before, now] = [now, await menuAfterPause(vm)];
	return now ?? before;
}

async function menuAfterPause(vm: Vm) {
	await orUndefined(late =>
		vm.serial.waitFor<never>({
			read: () => undefined,
			signal: vm.alive,
			limit: {ms: settleMs * vm.slowness, late},
		}),
	);
	return readMenu(vm);
}

const hasStarted = ({serial}: Vm) => !['power-on', 'firmware', 'menu'].includes(serial.boot().stage);

/** Undefined instead of the error that `late` makes. */
async function orUndefined<T>(wait: (late: () => Error) => Promise<T>): Promise<T | undefined> {
	const tooLate = new Error('too late');
	try {
		return await wait(() => tooLate);
	} catch (error) {
		if (error === tooLate) return undefined;
		throw error;
	}
}
