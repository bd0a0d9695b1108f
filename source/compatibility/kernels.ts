/** A kernel and a DOCA release that were tried together, by their first numbers. */
type Pair = {doca: string; kernel: string; works: boolean};

// What the requirements state and what builds of the field showed; everything else is untested, not wrong.
const pairs: readonly Pair[] = [
	{doca: '3.2.1', kernel: '5.15', works: true},
	{doca: '3.2.1', kernel: '6.8', works: true},
	{doca: '3.2.1', kernel: '6.14', works: false},
	{doca: '3.3.0', kernel: '6.8', works: true},
	{doca: '3.3.0', kernel: '6.14', works: true},
	{doca: '3.3.0', kernel: '6.17', works: true},
];

/** Kernels of an Ubuntu release: the one it came with, then the hardware-enablement ones in their order. */
export const ubuntuKernels: Readonly<Record<string, {original: string; enablement: readonly string[]}>> = {
	'22.04': {original: '5.15', enablement: ['6.8']},
	'24.04': {original: '6.8', enablement: ['6.11', '6.14', '6.17', '7.0']},
};

/** Whether DOCA is known to work with this kernel release (`6.8.0-60-generic`). */
export function kernelStatus(docaVersion: string, kernelRelease: string): 'works' | 'does not work' | 'untested' {
	const kernel = kernelRelease.split('.').slice(0, 2).join('.');
	const pair = pairs.find(known => known.doca === docaVersion && known.kernel === kernel);
	if (!pair) return 'untested';
	return pair.works ? 'works' : 'does not work';
}

/** Kernels that were tried with this DOCA release and work, for messages. */
export const testedKernels = (docaVersion: string) =>
	pairs.filter(pair => pair.doca === docaVersion && pair.works).map(pair => pair.kernel);
