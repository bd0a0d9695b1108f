import {describe, expect, test} from 'vitest';
import {findUefi} from '../../../source/machine/vm/uefi-firmware.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

const descriptor = (
	code: string,
	o: {features?: string[]; machine?: string; architecture?: string; device?: string} = {},
) =>
	JSON.stringify({
		'interface-types': ['uefi'],
		mapping: {
			device: o.device ?? 'flash',
			executable: {filename: code, format: 'raw'},
			'nvram-template': {filename: `${code}.vars`, format: 'raw'},
		},
		targets: [{architecture: o.architecture ?? 'x86_64', machines: [o.machine ?? 'pc-i440fx-*']}],
		features: o.features ?? [],
	});

const hostWith = (texts: Record<string, string>, missing: readonly string[] = []) =>
	fakeHost({
		files: {
			...fakeHost().files,
			list: async folder =>
				Object.keys(texts)
					.filter(path => path.startsWith(`${folder}/`))
					.map(path => path.slice(folder.length + 1)),
			readText: async path => texts[path],
			exists: async path => !missing.some(name => path.startsWith(name)),
		},
	});

const usr = '/usr/share/qemu/firmware';
const etc = '/etc/qemu/firmware';

describe('UEFI firmware', () => {
	test('is the first by number that fits our machine type', async () => {
		const host = hostWith({
			[`${usr}/60-b.json`]: descriptor('/b'),
			[`${usr}/50-a.json`]: descriptor('/a'),
			[`${usr}/40-arm.json`]: descriptor('/arm', {architecture: 'aarch64', machine: 'virt-*'}),
		});
		expect((await findUefi(host, 'amd64'))?.code.path).toBe('/a');
		expect((await findUefi(host, 'arm64'))?.code.path).toBe('/arm');
	});

	test.each([
		['Secure Boot, which refuses an unsigned kernel', {features: ['secure-boot', 'requires-smm']}],
		['another machine type', {machine: 'pc-q35-*'}],
		['memory instead of flash', {device: 'memory'}],
	])('is none with %s', async (_, options) => {
		const host = hostWith({[`${usr}/40.json`]: descriptor('/no', options), [`${usr}/50.json`]: descriptor('/yes')});
		expect((await findUefi(host, 'amd64'))?.code.path).toBe('/yes');
	});

	test('may be replaced or masked by a file of the same name in /etc', async () => {
		const host = hostWith({
			[`${usr}/40.json`]: descriptor('/masked'),
			[`${etc}/40.json`]: '',
			[`${usr}/50.json`]: descriptor('/replaced'),
			[`${etc}/50.json`]: descriptor('/own'),
		});
		expect((await findUefi(host, 'amd64'))?.code.path).toBe('/own');
	});

	test('whose files are missing is passed over; then the usual places count', async () => {
		const host = hostWith({[`${usr}/40.json`]: descriptor('/gone')}, ['/gone', '/usr/share/OVMF/OVMF_CODE_4M']);
		expect((await findUefi(host, 'amd64'))?.code.path).toBe('/usr/share/OVMF/OVMF_CODE.fd');
	});

	test('is undefined where there is none', async () => {
		expect(await findUefi(hostWith({}, ['/']), 'amd64')).toBeUndefined();
	});
});
