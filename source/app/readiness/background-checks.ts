import type {Settings} from '../../settings/settings.ts';
import type {AppActions, HostReadiness} from '../actions.ts';
import type {Invocation} from '../invocation.ts';
import {loadSettings} from '../load-settings.ts';

/**
 * Checks this machine while the person looks at menu or wizard, once for all settings that need the same of it. A run makes
 * its own checks; `stop` ends those of the background and forgets what they found.
 */
export function createBackgroundChecks(invocation: Invocation): Pick<AppActions, 'hostReadiness'> & {stop(): void} {
	const known = new Map<string, Promise<HostReadiness>>();
	let stopping = new AbortController();
	const stop = () => {
		stopping.abort(new DOMException('No longer wanted', 'AbortError'));
		stopping = new AbortController();
		known.clear();
	};
	const check = async (settings: Settings, signal: AbortSignal) => {
		const {hostReadiness} = await import('../lazy-imports.ts');
		return hostReadiness(invocation, settings, signal);
	};
	return {
		stop,
		async hostReadiness({settings, fresh = false}) {
			if (fresh) stop();
			const wanted = settings ?? (await loadSettings(invocation)).settings;
			const {builder, arch, runner, minDiskGb, memory, cores, cpu, accelerator, vmFirmware} = wanted;
			const key = JSON.stringify([builder, arch, runner, minDiskGb, memory, cores, cpu, accelerator, vmFirmware]);
			const found = known.get(key) ?? check(wanted, stopping.signal);
			known.set(key, found);
			// What couldn't be found out may be asked again.
			found.catch(() => known.get(key) === found && known.delete(key));
			return found;
		},
	};
}
