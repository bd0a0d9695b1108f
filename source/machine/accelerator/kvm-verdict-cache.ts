import {join} from 'node:path';
import type {Host} from '../../host/host.ts';
import {qemuProgram} from '../vm/qemu-command.ts';
import type {Guest} from './accelerator.ts';

/** What was found out about KVM: a kernel ran on it, or why none does. */
export type KvmVerdict = {works: true} | {works: false; reason: string};

/** What was found out since this machine was started, for this guest and this QEMU; undefined when nothing was. */
export async function recallKvm(host: Host, guest: Guest): Promise<KvmVerdict | undefined> {
	const [found, key] = await Promise.all([read(host), keyOf(host, guest)]);
	return found[key];
}

/** Remembers it until this machine is started anew; a home that can't be written only costs the next run a trial. */
export async function rememberKvm(host: Host, guest: Guest, verdict: KvmVerdict): Promise<void> {
	const key = await keyOf(host, guest);
	const {[key]: _, ...others} = await read(host);
	const bootId = await bootIdOf(host);
	const verdicts = Object.fromEntries([...Object.entries(others).slice(-most), [key, verdict]]);
	const content = `${JSON.stringify({bootId, verdicts}, undefined, '\t')}\n`;
	await host.files.write(memoryPath(host), content, {mode: 0o600}).catch(() => undefined);
}

/** The file that it is remembered in. */
export function memoryPath({env, machine}: Host) {
	const cache = env.XDG_CACHE_HOME?.startsWith('/') ? env.XDG_CACHE_HOME : join(machine.user.home, '.cache');
	return join(cache, 'edge-builder', 'kvm.json');
}

const most = 20;
const longest = 64 * 1024;

async function bootIdOf({files}: Host) {
	return (await files.readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? 'unknown';
}

// An updated QEMU, a kvm module that was loaded again and another processor model are other cases.
async function keyOf(host: Host, {arch, cpu}: Guest) {
	const program = (await host.which(qemuProgram(arch))) ?? '';
	const [qemu, kvm] = await Promise.all([host.files.info(program), host.files.info('/dev/kvm')]);
	return [arch, cpu, program, qemu?.size, qemu?.changedAt, kvm?.inode].join(' ');
}

/** Nothing that isn't a small file of our own making is believed. */
async function read(host: Host): Promise<Record<string, KvmVerdict>> {
	const path = memoryPath(host);
	try {
		const info = await host.files.info(path);
		if (info?.kind !== 'file' || info.size > longest || info.uid !== host.machine.user.uid) return {};
		const {bootId, verdicts} = JSON.parse((await host.files.readText(path)) ?? '{}') as Record<string, unknown>;
		if (bootId !== (await bootIdOf(host)) || typeof verdicts !== 'object' || verdicts === null) return {};
		return Object.fromEntries(
			Object.entries(verdicts).filter((entry): entry is [string, KvmVerdict] => isVerdict(entry[1])),
		);
	} catch {
		return {};
	}
}

function isVerdict(value: unknown): value is KvmVerdict {
	const {works, reason} = (value ?? {}) as Record<string, unknown>;
	return works === true || (works === false && typeof reason === 'string' && reason.length < 1000);
}
