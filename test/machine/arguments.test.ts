import {describe, expect, test} from 'vitest';
import {qemuArguments, type VmDescription} from '../../source/machine/arguments.ts';

const vm: VmDescription = {
	name: 'smoke-test',
	arch: 'amd64',
	accelerator: {kind: 'kvm', cpu: 'host'},
	memoryMib: 4096,
	cores: 2,
	firmware: {kind: 'bios'},
	iso: '/images/edge.iso',
	network: false,
	reboots: false,
	serialSocket: '/run/vm/serial.sock',
	serialLog: '/runs/1/serial.log',
	qmpSocket: '/run/vm/qmp.sock',
};
const line = (changes: Partial<VmDescription> = {}) => qemuArguments({...vm, ...changes}).join(' ');

describe("QEMU's arguments", () => {
	test('of a plain machine', () => {
		expect(qemuArguments(vm)).toEqual(
			expect.arrayContaining([
				'pc,accel=kvm,graphics=off',
				'host',
				'4096',
				'-no-reboot',
				'-S',
				'ide-cd,drive=cd,bootindex=1',
			]),
		);
	});

	test('give the guest no network unless asked: an embedded token would register a throw-away machine', () => {
		expect(line()).toContain('-nic none');
		expect(line()).not.toContain('-nic user');
		expect(line({network: true})).toContain('-nic user,model=virtio-net-pci');
	});

	test('let QEMU listen on nothing', () => {
		expect(line({network: true})).not.toMatch(/server|vnc|hostfwd|tcp:|telnet|gdb/);
		expect(line()).toContain('-display none');
	});

	test('double commas in paths, which would end the option', () => {
		const args = qemuArguments({...vm, iso: '/a,b/x.iso', disk: '/c,d', serialLog: '/e,f'});
		expect(args.filter(arg => arg.includes('file=') || arg.includes('logfile='))).toEqual([
			'socket,id=serial,path=/run/vm/serial.sock,logfile=/e,,f,logappend=off',
			'if=none,id=disk,format=qcow2,discard=unmap,file=/c,,d',
			'if=none,id=cd,media=cdrom,format=raw,readonly=on,file=/a,,b/x.iso',
		]);
	});

	test('never ask for the CPU "host" without KVM', () => {
		expect(line({accelerator: {kind: 'tcg', cpu: 'max', reason: 'no KVM'}})).toContain(
			'pc,accel=tcg,graphics=off -cpu max',
		);
	});

	test('put the empty disk before the CD, so that what was installed boots next', () => {
		expect(line({disk: '/d', reboots: true})).toContain('virtio-blk-pci,drive=disk,bootindex=0');
		expect(line({disk: '/d', reboots: true})).not.toContain('-no-reboot');
	});

	test('keep the UEFI code read-only and the variables writable', () => {
		const flash = (path: string) => ({path, format: 'raw' as const});
		const args = line({firmware: {kind: 'uefi', code: flash('/code'), variables: flash('/variables')}});
		expect(args).toContain('-drive if=pflash,unit=0,readonly=on,format=raw,file=/code');
		expect(args).toContain('-drive if=pflash,unit=1,format=raw,file=/variables');
	});

	test('give arm64 a virt machine, which has no IDE', () => {
		expect(line({arch: 'arm64'})).toContain('-machine virt,accel=kvm ');
		expect(line({arch: 'arm64'})).toContain('scsi-cd,drive=cd');
		expect(line({arch: 'arm64'})).not.toContain('ide');
	});
});
