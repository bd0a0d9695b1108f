import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import {ownCommand} from '../../own-command.ts';
import type {Cleanup} from '../../pipeline/step.ts';
import type {VmDescription, VmFirmware} from './qemu-command.ts';
import {type Listener, listenOnce} from './qemu-sockets.ts';
import {findUefi} from './uefi-firmware.ts';
import {createVmFolder} from './vm-folder.ts';

/** What to start. The sockets and the copy of the UEFI variables are made for it, and removed with it. */
export type VmWish = Omit<VmDescription, 'serialSocket' | 'qmpSocket' | 'firmware'> & {
	firmware: 'bios' | 'uefi';
};

export type PreparedVm = {
	description: VmDescription;
	serial: Listener;
	qmp: Listener;
	removeTraces(): Promise<void>;
};

/** Makes everything on the host that a VM needs before QEMU starts. */
export async function prepareVm(host: Host, wish: VmWish, cleanup: Cleanup): Promise<PreparedVm> {
	const undo: (() => Promise<void>)[] = [];
	const undoLater = (what: string, action: () => Promise<void>) =>
		void undo.unshift(cleanup.add(`${what} of the VM ${wish.name}`, action));
	const removeTraces = async () => {
		for (const action of undo) await action();
	};
	const listen = async (path: string) => {
		const listener = await listenOnce(path);
		undoLater('socket', async () => listener.close());
		return listener;
	};
	try {
		const folder = await createVmFolder(host);
		undoLater('folder', folder.remove);
		const firmware = await firmwareIn(host, wish, folder.path);
		const {serialSocket, qmpSocket} = folder;
		// QEMU empties it and writes on; the mode it has by then stays.
		await host.files.write(wish.serialLog, '', {mode: 0o600});
		return {
			description: {...wish, firmware, serialSocket, qmpSocket},
			serial: await listen(serialSocket),
			qmp: await listen(qmpSocket),
			removeTraces,
		};
	} catch (error) {
		await removeTraces();
		throw error;
	}
}

async function firmwareIn(host: Host, {arch, firmware}: VmWish, folder: string): Promise<VmFirmware> {
	if (firmware === 'bios') return {kind: 'bios'};
	const uefi = await findUefi(host, arch);
	if (!uefi) {
		throw new FixableError('uefi-firmware-missing', 'There is no UEFI firmware for the VM', {
			hint: `Install ${arch === 'arm64' ? 'qemu-efi-aarch64' : 'ovmf'}, or run ${ownCommand('doctor --fix')}.`,
			exit: 'host',
		});
	}
	const variables = {path: `${folder}/variables`, format: uefi.template.format};
	await host.run({program: 'cp', args: ['--sparse=always', '--', uefi.template.path, variables.path]});
	await host.files.setMode(variables.path, 0o600); // The template may be read-only.
	return {kind: 'uefi', code: uefi.code, variables};
}
