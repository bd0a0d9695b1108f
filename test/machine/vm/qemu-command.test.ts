import {describe, expect, test} from 'vitest';
import {qemuArguments, type VmDescription} from '../../../source/machine/vm/qemu-command.ts';

const vm: VmDescription = {
	name: 'smoke-test',
	arch: 'amd64',
	accelerator: {kind: 'kvm', cpu: 'host', seen: 'kernel'},
	memoryMib: 4096,
	cores: 2,
	firmware: {kind: 'bios'},
	iso: '/images/edge.iso',
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

	test('give the guest no network: an embedded token would register a throw-away machine', () => {
		expect(line()).toContain('-nic none');
		expect(line()).not.toContain('-nic user');
	});

	test('let QEMU listen on nothing', () => {
		expect(line()).not.toMatch(/server|vnc|hostfwd|tcp:|telnet|gdb/);
		expect(line()).toContain('-display none');
	});

	test('double commas in paths, which would end the option', () => {
		const args = qemuArguments({...vm, iso: '/a,b/x.iso', serialLog: '/e,f'});
		expect(args.filter(arg => arg.includes('file=') || arg.includes('logfile='))).toEqual([
			'socket,id=serial,path=/run/vm/serial.sock,logfile=/e,,f,logappend=off',
			'if=none,id=cd,media=cdrom,format=raw,readonly=on,file=/a,,b/x.iso',
		]);
	});

	test('never ask for the CPU "host" without KVM', () => {
		expect(line({accelerator: {kind: 'tcg', cpu: 'max', reason: 'no KVM'}})).toContain(
			'pc,accel=tcg,graphics=off -cpu max',
		);
	});

	test('let a guest restart only where somebody looks', () => {
		expect(line({reboots: true})).not.toContain('-no-reboot');
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
