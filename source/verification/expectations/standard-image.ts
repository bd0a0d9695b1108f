import type {Settings} from '../../settings/settings.ts';
import {type Expectation, isAbsent} from './expectation-type.ts';
import {gpuDriverVerdict} from './kernel-and-drivers.ts';

/** A standard image has the configuration files and nothing else of the edge appliance. */
export const standardExpectations = ({installNvidiaGpuDrivers}: Settings): Expectation[] => [
	...absences.filter(({id}) => !(installNvidiaGpuDrivers && neededByGpuDrivers.includes(id))),
	...(installNvidiaGpuDrivers ? [gpuDriver] : []),
];

const absences: readonly Expectation[] = (
	[
		['doca-packages', 'doca-packages', 'No DOCA packages'],
		['tools', 'tools', 'No NVIDIA firmware tools'],
		['bfb', 'bfb', 'No BlueField bundle'],
		['nodeprep', 'nodeprep', 'No nodeprep'],
		['compiler', 'compilers', 'No extra compiler'],
		['dkms', 'dkms', 'No DKMS'],
		['ours', 'ours', 'Nothing else of the edge appliance'],
	] as const
).map(([id, fact, title]) => ({
	id,
	title,
	why: 'EDGE_APPLIANCE is false; what belongs to an edge appliance only costs space and needs updates here.',
	hint: 'Build again; if it stays, the base image brings it along.',
	needs: [fact],
	verdictOn: isAbsent(fact),
}));

// CanvOS compiles the GPU driver for the image's kernel, and leaves what it did that with.
const neededByGpuDrivers: readonly string[] = ['compiler', 'dkms'];

const gpuDriver: Expectation = {
	id: 'dkms',
	title: 'GPU driver is built for the kernel',
	why: 'INSTALL_NVIDIA_GPU_DRIVERS is set; without the driver’s modules no GPU is found.',
	hint: 'See install-nvidia-drivers.sh in the build log; releases of CanvOS that lack it ignore the setting.',
	needs: ['kernel', 'dkms'],
	verdictOn: gpuDriverVerdict,
};
