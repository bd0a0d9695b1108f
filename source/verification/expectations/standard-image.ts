import {type Expectation, isAbsent} from './expectation-type.ts';

/** A standard image has the four configuration files and nothing else of the edge appliance. */
export const standardExpectations: readonly Expectation[] = (
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
