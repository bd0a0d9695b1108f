import type {Settings} from '../../settings/settings.ts';
import type {Facts} from '../facts.ts';
import {forCanvos, forEdge, type Judgement, type Rule} from '../rule.ts';
import type {UserDataFacts} from '../user-data.ts';

/** What was read of the file that the settings name; undefined where none is named, or it was not read. */
const readOf = ({userData: path}: Settings, {userData}: Facts) =>
	userData === 'unknown' || userData.path !== path ? undefined : userData.read;

const byUserData =
	(judge: (userData: UserDataFacts) => Judgement): Rule['judge'] =>
	(settings, facts) => {
		const read = readOf(settings, facts);
		return read === undefined || 'problem' in read ? undefined : judge(read);
	};

const everywhere: readonly Rule[] = [
	{
		id: 'S15',
		severity: 'error',
		keys: ['userData'],
		judge: (settings, facts) => {
			const read = readOf(settings, facts);
			return read && 'problem' in read
				? `${settings.userData}, line ${read.line}, column ${read.column}: ${read.problem}`
				: undefined;
		},
		why: 'CanvOS checks user-data before it makes the ISO and stops there; hosts could not read it either.',
		hint: 'Correct the file.',
	},
	{
		id: 'S16',
		severity: 'warning',
		keys: ['userData'],
		judge: byUserData(({passedOver}) => (passedOver.length > 0 ? `user-data: ${passedOver.join('; ')}` : undefined)),
		why: 'It may pass every check and still have no effect on the hosts.',
		hint: 'Begin the file with a line that is #cloud-config and nothing else, and keep it one document.',
	},
	{
		id: 'D30',
		severity: 'warning',
		keys: ['userData'],
		judge: byUserData(({hasToken}) => (hasToken ? 'the ISO will contain the registration token' : undefined)),
		why: 'Whoever has the ISO can register hosts with your Palette.',
		hint: 'Keep the ISO as you keep the token.',
	},
];

const onHosts: readonly Rule[] = [
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
		judge: byUserData(({administration}) => {
			if (administration === 'somebody') return undefined;
			return administration === 'none wanted'
				? {message: 'user-data wants no user (install.nousers): nobody can log in', severity: 'info'}
				: 'user-data defines no user who can log in and administer the host';
		}),
		why: 'An installed system has no user of its own and root is locked: nobody can log in.',
		hint: 'Define a user of group admin, with a password or an SSH key, under stages.initramfs.',
	},
];

// The image itself keeps the folders of an edge appliance (D28) and starts with the IOMMU.
const onEdgeAppliances: readonly Rule[] = [
	{
		id: 'D29',
		severity: 'warning',
		keys: ['numvfEw', 'numvfNs', 'userData'],
		judge: (settings, facts) => {
			const read = readOf(settings, facts);
			if (settings.numvfEw + settings.numvfNs === 0 || read === undefined || 'problem' in read) return undefined;
			const off = read.kernelArguments
				.split(/\s+/)
				.filter(argument => /^(iommu|(intel|amd)_iommu)=off$/.test(argument));
			return off.length > 0 ? `virtual functions are planned, but user-data says ${off.join(' ')}` : undefined;
		},
		why: 'SR-IOV needs the IOMMU. The image switches it on, and user-data’s arguments stand behind those of the image.',
		hint: 'Remove them from install.grub_options in user-data.',
	},
	{
		id: 'S24',
		severity: 'warning',
		keys: ['hp2m', 'hp1g', 'userData'],
		judge: (settings, facts) => {
			const read = readOf(settings, facts);
			if (settings.hp2m + settings.hp1g === 0 || read === undefined || 'problem' in read) return undefined;
			return /(^|\s)hugepages=/.test(read.kernelArguments)
				? undefined
				: 'huge pages are planned, but user-data sets none aside';
		},
		why: 'On an edge host only the kernel arguments of the installation set huge pages aside; nodeprep compares.',
		hint: 'Add hugepagesz=… hugepages=… to install.grub_options.extra_cmdline in user-data.',
	},
];

/** What the user-data file says, which goes onto the ISO as it is. */
export const userDataRules: readonly Rule[] = [...everywhere, ...forCanvos([...onHosts, ...forEdge(onEdgeAppliances)])];
