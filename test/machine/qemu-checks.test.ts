import {setTimeout as delay} from 'node:timers/promises';
import {describe, expect, test} from 'vitest';
import {qemuChecks} from '../../source/machine/qemu-checks.ts';
import {fakeHost} from '../helpers/fake-host.ts';

const settings = {arch: 'amd64', cpu: 'host', accelerator: 'auto', vmFirmware: 'bios', memory: 4096, cores: 2} as const;

const machineWith = (o: {os?: string; memoryMib?: number; qemu?: string; uefi?: boolean; freeMib?: number} = {}) => {
	const {machine, files} = fakeHost();
	return fakeHost({
		machine: {...machine, os: {...machine.os, id: o.os ?? 'debian'}, memoryBytes: (o.memoryMib ?? 16_384) * 1024 ** 2},
		programs: o.qemu === '' ? [] : ['qemu-system-x86_64'],
		sleep: (milliseconds, signal) => delay(milliseconds, undefined, {signal}),
		run: () => ({stdout: `QEMU emulator version ${o.qemu ?? '7.2.22'} (Debian)`}),
		files: {
			...files,
			list: async () => [],
			exists: async () => o.uefi ?? true,
			readText: async () => `MemAvailable:   ${(o.freeMib ?? 12_000) * 1024} kB\n`,
			open: async () => {
				throw Object.assign(new Error('denied'), {code: 'EACCES'});
			},
		},
	});
};
const verdicts = async (machine: Parameters<typeof machineWith>[0] = {}, wish: {vmFirmware?: 'uefi'} = {}) =>
	Object.fromEntries((await qemuChecks(machineWith(machine), {...settings, ...wish})).map(check => [check.id, check]));

describe('the checks for QEMU', () => {
	test('pass on a machine that has all, and warn where KVM is closed', async () => {
		const {qemu, kvm, uefi, 'vm-memory': memory} = await verdicts();
		expect(qemu).toMatchObject({verdict: 'pass', detail: '7.2.22'});
		expect(kvm).toMatchObject({verdict: 'warn', hint: expect.stringContaining('usermod -aG kvm builder')});
		expect(uefi?.verdict).toBe('pass');
		expect(memory).toMatchObject({verdict: 'pass', detail: '4096 MiB'});
	});

	test.each([
		['debian', ['apt-get', 'install', '-y', '--no-install-recommends', 'qemu-system-x86', 'ovmf']],
		['fedora', ['dnf', 'install', '-y', 'qemu-system-x86-core', 'edk2-ovmf']],
	])('without QEMU give the command of %s that installs it', async (os, fix) => {
		const {qemu, kvm} = await verdicts({os, qemu: ''});
		expect(qemu).toMatchObject({verdict: 'fail', fix, hint: `Install it: ${fix.join(' ')}`});
		expect(kvm?.verdict).toBe('skip');
	});

	test('on a distribution we do not know say what is missing, without a command', async () => {
		const {qemu} = await verdicts({os: 'plan9', qemu: ''});
		expect(qemu).toMatchObject({verdict: 'fail', hint: 'Install qemu-system-x86_64.', fix: undefined});
	});

	test('warn of an old QEMU, and of one that does not tell', async () => {
		expect((await verdicts({qemu: '4.2.1'})).qemu?.verdict).toBe('warn');
		expect((await verdicts({qemu: 'unknown'})).qemu?.verdict).toBe('warn');
	});

	test('warn where UEFI firmware is missing, since BIOS is enough on amd64', async () => {
		expect((await verdicts({uefi: false})).uefi).toMatchObject({
			verdict: 'warn',
			fix: expect.arrayContaining(['ovmf']),
		});
	});

	test('fail where UEFI firmware is missing and the VM is to boot with it', async () => {
		expect((await verdicts({uefi: false}, {vmFirmware: 'uefi'})).uefi?.verdict).toBe('fail');
	});

	test('warn of too little free memory, and fail where the machine is too small', async () => {
		expect((await verdicts({freeMib: 1000}))['vm-memory']?.verdict).toBe('warn');
		expect((await verdicts({memoryMib: 2000}))['vm-memory']?.verdict).toBe('fail');
	});
});
