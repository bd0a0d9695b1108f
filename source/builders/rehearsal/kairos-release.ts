import type {StepContext} from '../../pipeline/step.ts';

/** Text of /etc/kairos-release: the fields that a Kairos image has, and one that says what this is. */
export const kairosRelease = ({settings, names}: Pick<StepContext, 'settings' | 'names'>): string => {
	const {osDistribution, osVersion, arch} = settings;
	const fields = {
		KAIROS_NAME: `kairos-core-${osDistribution}-${osVersion}`,
		KAIROS_VERSION: settings.peVersion,
		KAIROS_FLAVOR: osDistribution,
		KAIROS_FLAVOR_RELEASE: osVersion,
		KAIROS_VARIANT: 'core',
		KAIROS_ARCH: arch,
		KAIROS_MODEL: 'generic',
		KAIROS_IMAGE_LABEL: `${osVersion}-standard-${arch}-generic`,
		KAIROS_REHEARSAL: `REHEARSAL of ${names.imageTag}: stand-ins instead of drivers and firmware`,
	};
	return Object.entries(fields)
		.map(([name, value]) => `${name}="${value}"\n`)
		.join('');
};
