import type {Settings} from '../../settings/settings.ts';
import {type Expectation, fail, pass, warn, words} from './expectation-type.ts';

/** nouveau, kept out of the initrd by the dracut argument: of nouveau alone, or of a list with it. */
const keepsNouveauOut = (text: string) => /\brd\.driver\.blacklist=([^ ]*,)?nouveau\b/.test(text);

const iommu = ['intel_iommu=on', 'amd_iommu=on', 'iommu=pt'];

const bootHint = 'See the step install-files in the build log: GRUB takes them from baseCmd in /etc/cos/bootargs.cfg.';

// Another Kairos may keep its arguments elsewhere.
const noBaseCommand = warn(
	'/etc/cos/bootargs.cfg has no baseCmd to look at',
	'Give the arguments in install.grub_options.extra_cmdline of user-data.',
);

/** Arguments that an installed node starts with. A unified kernel image has its own, which nothing here can read. */
export const installedArguments = ({isUki, edgeAppliance}: Pick<Settings, 'isUki' | 'edgeAppliance'>): Expectation[] =>
	isUki
		? []
		: [
				{
					id: 'nouveau-argument',
					title: 'nouveau is kept out of the initrd of nodes',
					why: 'In the initrd nouveau hangs at current data-centre GPUs.',
					hint: bootHint,
					needs: ['boot-arguments'],
					verdictOn({'boot-arguments': given}) {
						if (given === '') return noBaseCommand;
						return keepsNouveauOut(given) ? pass() : fail(`rd.driver.blacklist=nouveau is missing: ${given}`);
					},
				},
				...(edgeAppliance ? [iommuArguments] : []),
			];

const iommuArguments: Expectation = {
	id: 'iommu-arguments',
	title: 'Nodes start with the IOMMU',
	why: 'Virtual functions need it.',
	hint: bootHint,
	needs: ['boot-arguments'],
	verdictOn({'boot-arguments': given}) {
		if (given === '') return noBaseCommand;
		const missing = iommu.filter(argument => !words(given).includes(argument));
		return missing.length === 0 ? pass(iommu.join(' ')) : fail(`missing: ${missing.join(' ')}`);
	},
};

/** The arguments of the live system, which the menu of the ISO gives. */
export const liveArguments: Expectation = {
	id: 'nouveau-cmdline',
	title: 'nouveau is kept out of the live system',
	why: 'In the initrd nouveau hangs at current data-centre GPUs, and the installer never starts.',
	hint: 'The menu of this CanvOS is laid out differently: add rd.driver.blacklist=nouveau in the boot menu.',
	needs: ['cmdline'],
	verdictOn: ({cmdline}) =>
		keepsNouveauOut(cmdline) ? pass() : warn('the kernel was started without rd.driver.blacklist=nouveau'),
};
