import type {Settings} from '../../settings/settings.ts';

/** A sentence that a preset of these settings can begin with. */
export const describeSettings = (settings: Settings): string =>
	[
		settings.builder === 'rehearsal' ? 'Rehearsal:' : '',
		settings.edgeAppliance ? 'edge appliance,' : 'standard image,',
		`${settings.osDistribution} ${settings.osVersion},`,
		`${settings.k8sDistribution} ${settings.k8sVersion}`,
	]
		.filter(Boolean)
		.join(' ')
		.replace(/^./, letter => letter.toUpperCase());
