import {type Facts, forCanvos, type Judgement, type Rule} from '../rule.ts';
import {edgeBindMounts, readUserData, type UserDataFacts} from '../user-data.ts';

/** Judges by the user-data file, where there is one that can be read. */
const byUserData =
	(judge: (userData: UserDataFacts) => Judgement) =>
	(_settings: unknown, {userData}: Facts): Judgement => {
		if (userData === undefined) return undefined;
		const read = readUserData(userData);
		return read.problem ? undefined : judge(read);
	};

const rules: readonly Rule[] = [
	{
		id: 'S15',
		severity: 'error',
		keys: ['userData'],
		judge: (_settings, {userData}) => {
			const problem = userData === undefined ? undefined : readUserData(userData).problem;
			return problem && `the user-data file cannot be used: ${problem}`;
		},
		why: 'CanvOS checks it before it makes the ISO, and stops there.',
		hint: 'Correct the file.',
	},
	{
		id: 'D28',
		severity: 'warning',
		keys: ['userData', 'edgeAppliance'],
		judge: ({edgeAppliance}, facts) =>
			edgeAppliance
				? byUserData(({bindMounts}) => {
						const missing = edgeBindMounts.filter(path => !bindMounts.includes(path));
						return missing.length > 0 ? `user-data does not keep ${missing.join(', ')}` : undefined;
					})({}, facts)
				: undefined,
		why: 'What nodes change there at run time is lost at the next boot.',
		hint: 'Add the folders to install.bind_mounts.',
	},
	{
		id: 'D29',
		severity: 'warning',
		keys: ['numvfEw', 'numvfNs', 'userData'],
		judge: ({edgeAppliance, numvfEw, numvfNs}, {userData}) => {
			if (!edgeAppliance || numvfEw + numvfNs === 0) return undefined;
			const kernelArguments = userData === undefined ? '' : readUserData(userData).kernelArguments;
			return /\b(intel|amd)_iommu=on\b/.test(kernelArguments) && /\biommu=pt\b/.test(kernelArguments)
				? undefined
				: 'virtual functions are planned, but no IOMMU arguments';
		},
		why: 'SR-IOV needs intel_iommu=on (or amd_iommu=on) and iommu=pt on the kernel command line.',
		hint: 'Add them to install.grub_options.extra_cmdline in user-data; they only count at installation.',
	},
	{
		id: 'D30',
		severity: 'warning',
		keys: ['userData'],
		judge: byUserData(({hasToken}) => (hasToken ? 'the ISO will contain the registration token' : undefined)),
		why: 'Whoever has the ISO can register hosts with your Palette.',
		hint: 'Keep the ISO as you keep the token.',
	},
	{
		id: 'D31',
		severity: 'info',
		keys: ['userData'],
		judge: byUserData(({hasToken, centralManagement}) =>
			centralManagement && !hasToken ? 'hosts must be registered by hand or by QR code' : undefined,
		),
		why: 'Central management without a token cannot register by itself.',
		hint: 'Add stylus.site.edgeHostToken where that is wanted.',
	},
	{
		id: 'D32',
		severity: 'warning',
		keys: ['userData'],
		judge: byUserData(({hasAdmin}) => (hasAdmin ? undefined : 'user-data defines no user')),
		why: 'An installed system has no user of its own and root is locked: nobody can log in.',
		hint: 'Define a user in group admin under stages.initramfs.',
	},
	{
		id: 'D33',
		severity: 'info',
		keys: ['edgeAppliance'],
		judge: ({edgeAppliance}) => (edgeAppliance ? 'the ISO will have about 4.2 GB' : undefined),
		why: 'It does not fit as a file onto FAT32, and some remote consoles refuse such media.',
		hint: 'Write it onto the stick itself, not as a file.',
	},
	{
		id: 'D34',
		severity: 'warning',
		keys: ['edgeAppliance'],
		judge: ({edgeAppliance}, {targetDiskGb}) => {
			// Recovery 2·S, state 3·S, and 2 GB around them, S being the unpacked image.
			const needed = 5 * (edgeAppliance ? 7 : 3.5) + 2;
			return targetDiskGb !== undefined && targetDiskGb < needed
				? `the hosts’ ${targetDiskGb} GB are too few: the system alone takes ${Math.ceil(needed)} GB`
				: undefined;
		},
		why: 'Active, passive, recovery and transition image lie beside each other, and data comes on top.',
		hint: 'Use hosts with 100 GB or more.',
	},
];

/** What happens on the nodes: user-data, installation, node preparation. */
export const nodeRules: readonly Rule[] = forCanvos(rules);
