import {kernelStatus, testedKernels} from '../../compatibility/kernels.ts';
import type {Settings} from '../../settings/settings.ts';
import {type Expectation, fail, pass, warn} from './expectation-type.ts';

/** One line of `dkms status`. */
type Module = {name: string; version: string; kernel?: string; state: string};

/** DKMS 2 writes `name, version, kernel, arch: state`, DKMS 3 `name/version, …`; without a kernel it is only added. */
const readDkmsStatus = (text: string): Module[] =>
	text.split(';').flatMap(line => {
		const match = /^([^,/\s]+)(?:\/|, ?)([^,:]+)(?:, ([^,]+), [^:]+)?: *([a-z]+)/.exec(line.trim());
		if (!match) return [];
		const [, name = '', version = '', kernel, state = ''] = match;
		return [{name, version, state, ...(kernel !== undefined && {kernel})}];
	});

/** The kernel is judged by whether the drivers are built for it, not by its number. */
export const modulesVerdict =
	({nfsOverRdma}: Settings): Expectation['verdictOn'] =>
	({kernel, dkms}) => {
		if (dkms === 'absent') return fail('dkms is not installed');
		const modules = readDkmsStatus(dkms);
		const stateOf = (name: string) =>
			modules.find(module => module.name === name && module.kernel === kernel)?.state ??
			modules.find(module => module.name === name)?.state.replace('installed', 'built for another kernel');
		const needed = ['mlnx-ofed-kernel', 'kernel-mft-dkms', ...(nfsOverRdma ? ['mlnx-nfsrdma'] : [])];
		const wrong = needed.filter(name => stateOf(name) !== 'installed');
		if (wrong.length > 0) {
			return fail(
				`${wrong.map(name => `${name}: ${stateOf(name) ?? 'unknown to DKMS'}`).join(', ')} (kernel ${kernel})`,
			);
		}
		const others = [...new Set(modules.map(({name}) => name))].filter(name => stateOf(name) !== 'installed');
		return others.length === 0
			? pass(`${needed.join(', ')} for ${kernel}`)
			: warn(`not built for ${kernel}: ${others.join(', ')}`, 'These drivers may not support this kernel.');
	};

/** NVIDIA's GPU driver, which DKMS knows as `nvidia` or, from the packages for servers, `nvidia-srv`. */
export const gpuDriverVerdict: Expectation['verdictOn'] = ({kernel, dkms}) => {
	const drivers = readDkmsStatus(dkms).filter(({name}) => /^nvidia\b/.test(name));
	const built = drivers.find(driver => driver.kernel === kernel && driver.state === 'installed');
	if (built) return pass(`${built.name} ${built.version} for ${kernel}`);
	return fail(drivers.length === 0 ? 'there is none' : `${drivers[0]?.name} is not built for ${kernel}`);
};

/** The kernel, with a warning where it is not known to work with this DOCA version. */
export const kernelVerdict =
	(settings: Settings): Expectation['verdictOn'] =>
	({kernel}) => {
		if (!/^\d+\.\d+/.test(kernel)) return fail('no kernel with modules found');
		if (settings.builder === 'rehearsal') return pass(kernel);
		const {docaVersion} = settings;
		const status = kernelStatus(docaVersion, kernel);
		if (status === 'works') return pass(`${kernel}, tried with DOCA ${docaVersion}`);
		const known = testedKernels(docaVersion);
		return warn(
			status === 'untested'
				? `${kernel} is not known to be tried with DOCA ${docaVersion}`
				: `${kernel} is stated not to work with DOCA ${docaVersion}`,
			known.length === 0
				? 'Nothing is known about this DOCA version; what counts is that the modules were built.'
				: `Tried: ${known.join(', ')}. What counts is that the modules were built.`,
		);
	};
