import type {Settings} from '../../settings/settings.ts';
import type {Facts} from '../facts.ts';
import {forCanvos, forEdge, type Judgement, type Rule} from '../rule.ts';
import {edgeBindMounts, type UserDataFacts} from '../user-data.ts';

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

const onEdgeAppliances: readonly Rule[] = [
	{
		id: 'D28',
		severity: 'warning',
		keys: ['userData', 'edgeAppliance'],
		judge: byUserData(({bindMounts}) => {
			const missing = edgeBindMounts.filter(path => !bindMounts.includes(path));
			return missing.length > 0 ? `user-data does not keep ${missing.join(', ')}` : undefined;
		}),
		why: 'What nodes change there at run time is lost at the next boot.',
		hint: 'Add the folders to install.bind_mounts.',
	},
	{
		id: 'D29',
		severity: 'warning',
		keys: ['numvfEw', 'numvfNs', 'userData'],
		judge: (settings, facts) => {
			if (settings.numvfEw + settings.numvfNs === 0) return undefined;
			const read = readOf(settings, facts);
			// A file that was not read may well have them; an ISO without one has none.
			if (settings.userData !== '' && (read === undefined || 'problem' in read)) return undefined;
			const given = read && 'kernelArguments' in read ? read.kernelArguments.split(/\s+/) : [];
			const has = (...wanted: readonly string[]) => wanted.some(argument => given.includes(argument));
			return has('intel_iommu=on', 'amd_iommu=on') && has('iommu=pt')
				? undefined
				: 'virtual functions are planned, but no IOMMU arguments';
		},
		why: 'SR-IOV needs intel_iommu=on (or amd_iommu=on) and iommu=pt on the kernel command line.',
		hint: 'Add them to install.grub_options.extra_cmdline in user-data; they only count at installation.',
	},
];

/** What the user-data file says, which goes onto the ISO as it is. */
export const userDataRules: readonly Rule[] = [...everywhere, ...forCanvos([...onHosts, ...forEdge(onEdgeAppliances)])];
