import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import type {Settings} from '../../settings/settings.ts';

/** The firmware that a VM boots with; arm64 machines have no other than UEFI. */
export const firmwareOf = ({arch, vmFirmware}: Pick<Settings, 'arch' | 'vmFirmware'>) =>
	arch === 'arm64' ? 'uefi' : vmFirmware;

export type Flash = {path: string; format: 'raw' | 'qcow2'};
export type UefiFirmware = {code: Flash; template: Flash};

/**
 * UEFI firmware for our machine types, without Secure Boot: by the descriptors that distributions install for QEMU
 * (docs/interop/firmware.json), else at the usual places. Undefined when there is none.
 */
export async function findUefi(host: Host, arch: 'amd64' | 'arm64'): Promise<UefiFirmware | undefined> {
	for (const descriptor of await descriptors(host)) {
		const firmware = suitable(descriptor, arch);
		if (firmware && (await exists(host, firmware))) return firmware;
	}
	for (const [code, template] of usualPlaces[arch]) {
		const firmware: UefiFirmware = {code: {path: code, format: 'raw'}, template: {path: template, format: 'raw'}};
		if (await exists(host, firmware)) return firmware;
	}
	return undefined;
}

const usualPlaces = {
	amd64: [
		['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_VARS_4M.fd'],
		['/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd'],
		['/usr/share/edk2/ovmf/OVMF_CODE.fd', '/usr/share/edk2/ovmf/OVMF_VARS.fd'],
		['/usr/share/qemu/ovmf-x86_64-code.bin', '/usr/share/qemu/ovmf-x86_64-vars.bin'],
	],
	arm64: [
		['/usr/share/AAVMF/AAVMF_CODE.fd', '/usr/share/AAVMF/AAVMF_VARS.fd'],
		['/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw', '/usr/share/edk2/aarch64/vars-template-pflash.raw'],
		['/usr/share/qemu/aavmf-aarch64-code.bin', '/usr/share/qemu/aavmf-aarch64-vars.bin'],
	],
} as const;

type Descriptor = {
	'interface-types'?: string[];
	mapping?: {device?: string; mode?: string; executable?: File; 'nvram-template'?: File};
	targets?: {architecture: string; machines: string[]}[];
	features?: string[];
};
type File = {filename: string; format: string};

async function descriptors(host: Host): Promise<Descriptor[]> {
	// A file in /etc replaces the one of the same name; lower numbers win.
	const files = new Map<string, string>();
	for (const folder of ['/usr/share/qemu/firmware', '/etc/qemu/firmware']) {
		for (const name of await host.files.list(folder)) if (name.endsWith('.json')) files.set(name, join(folder, name));
	}
	const texts = await Promise.all(
		[...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => host.files.readText(path)),
	);
	return texts.flatMap(text => {
		try {
			return [JSON.parse(text ?? '') as Descriptor];
		} catch {
			return []; // An empty file in /etc masks the one in /usr.
		}
	});
}

function suitable(descriptor: Descriptor, arch: 'amd64' | 'arm64'): UefiFirmware | undefined {
	const {mapping = {}, features = [], targets = []} = descriptor;
	const [architecture, type] = arch === 'arm64' ? ['aarch64', 'virt-'] : ['x86_64', 'pc-i440fx-'];
	const fits =
		descriptor['interface-types']?.includes('uefi') &&
		targets.some(target => target.architecture === architecture && target.machines.some(name => name.startsWith(type)));
	const wanted = !features.some(feature => /^(secure-boot|requires-smm|enrolled-keys)$/.test(feature));
	const code = flash(mapping.executable);
	const template = flash(mapping['nvram-template']);
	if (!fits || !wanted || mapping.device !== 'flash' || (mapping.mode ?? 'split') !== 'split') return undefined;
	return code && template && {code, template};
}

const flash = (file: File | undefined): Flash | undefined =>
	file && (file.format === 'raw' || file.format === 'qcow2') ? {path: file.filename, format: file.format} : undefined;

const exists = async ({files}: Host, {code, template}: UefiFirmware) =>
	(await files.exists(code.path)) && (await files.exists(template.path));
