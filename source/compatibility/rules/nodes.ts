import {forCanvos, type Rule} from '../rule.ts';

const rules: readonly Rule[] = [
	{
		id: 'D33',
		severity: 'info',
		keys: ['edgeAppliance'],
		// 4.2 GB were measured with NVIDIA's local repository in the image, which took 0.6 to 0.8 GB.
		judge: ({edgeAppliance}) => (edgeAppliance ? 'the ISO will have 3.5 to 4.2 GB' : undefined),
		why: 'From 4.3 GB on it does not fit as a file onto FAT32, and some remote consoles refuse such media before that.',
		hint: 'Write it onto the stick itself, not as a file.',
	},
	{
		id: 'D34',
		severity: 'info',
		keys: ['edgeAppliance'],
		judge: ({edgeAppliance}) => {
			// Recovery 2·S, state 3·S, and 2 GB around them, S being the unpacked image.
			const needed = Math.ceil(5 * (edgeAppliance ? 7 : 3.5) + 2);
			return `the system alone takes ${needed} GB of a host’s disk`;
		},
		why: 'Active, passive, recovery and transition image lie beside each other, and data comes on top.',
		hint: 'Use hosts with 100 GB or more.',
	},
];

/** Installation on the nodes. */
export const nodeRules: readonly Rule[] = forCanvos(rules);
