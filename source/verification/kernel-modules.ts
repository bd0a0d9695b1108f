import type {Settings} from '../settings/settings.ts';
import {type Expectation, fail, pass, warn} from './expectation.ts';

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
	({nfsOverRdma}: Settings): Expectation['judge'] =>
	({kernel, dkms}) => {
		if (dkms === 'absent') return fail('dkms is not installed');
		const modules = readDkmsStatus(dkms);
		const stateOf = (name: string) =>
			modules.find(module => module.name === name && module.kernel === kernel)?.state ??
			modules.find(module => module.name === name)?.state.replace('installed', 'built for another kernel');
		const needed = ['mlnx-ofed-kernel', ...(nfsOverRdma ? ['mlnx-nfsrdma'] : [])];
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

/** DOCA versions and the kernel series they are known to build and run with. */
const triedPairs: readonly (readonly [doca: string, series: string])[] = [
	['3.2.1', '6.8'],
	['3.3.0', '6.8'],
	['3.3.0', '6.14'],
	['3.3.0', '6.17'],
];

/** The kernel, with a warning where nobody is known to have tried it with this DOCA version. */
export const kernelVerdict =
	(settings: Settings): Expectation['judge'] =>
	({kernel}) => {
		const [series] = /^\d+\.\d+/.exec(kernel) ?? [];
		if (series === undefined) return fail('no kernel with modules found');
		if (settings.builder === 'rehearsal') return pass(kernel);
		const {docaVersion} = settings;
		const tried = triedPairs.some(([doca, known]) => doca === docaVersion && known === series);
		if (tried) return pass(`${kernel}, tried with DOCA ${docaVersion}`);
		const known = triedPairs.filter(([doca]) => doca === docaVersion).map(([, seriesOf]) => seriesOf);
		return warn(
			`${kernel} is not known to be tried with DOCA ${docaVersion}`,
			known.length === 0
				? 'Nothing is known about this DOCA version; what counts is that the modules were built.'
				: `Tried: ${known.join(', ')}. What counts is that the modules were built.`,
		);
	};
