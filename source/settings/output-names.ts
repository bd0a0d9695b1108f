import {baseName} from '../text/urls.ts';
import type {Settings} from './settings.ts';

/** Names of everything a build makes, by the formulas that the Earthfile uses. */
export type OutputNames = {
	/** `PE_VERSION-CUSTOM_TAG` */
	imageTag: string;
	/** `REGISTRY/REPO:K8S_DISTRIBUTION-K8S_VERSION-IMAGE_TAG` */
	providerImage: string;
	/** `palette-installer-image:IMAGE_TAG`, local only. */
	installerImage: string;
	/** Local aliases that Earthly adds for saved images with a platform. */
	platformAliases: readonly [string, string];
	isoFile: string;
	checksumFile: string;
	profileFile: string;
	/** nodeprep's environment file, for edge appliances. */
	nodeprepFile: string;
	/** Base name of the BlueField bundle as it lies in the image, and the folder it lies in. */
	bfbFile: string;
	bfbFolder: string;
};

/** Output names of these settings; `peVersion` must be resolved (the Earthfile's value for CanvOS). */
export function outputNames(settings: Settings): OutputNames {
	const imageTag = [settings.peVersion, settings.customTag].filter(Boolean).join('-');
	const providerImage = `${settings.imageRegistry}/${settings.imageRepo}:${settings.k8sDistribution}-${settings.k8sVersion}-${imageTag}`;
	const installerImage = `palette-installer-image:${imageTag}`;
	return {
		imageTag,
		providerImage,
		installerImage,
		platformAliases: [`${providerImage}_linux_${settings.arch}`, `${installerImage}_linux_${settings.arch}`],
		isoFile: `${settings.isoName}.iso`,
		checksumFile: `${settings.isoName}.iso.sha256`,
		profileFile: 'profile.yaml',
		nodeprepFile: 'nodeprep-env.sh',
		bfbFile: baseName(settings.bfbFile || settings.bfbName),
		bfbFolder: '/opt/spectrocloud/spcx/bfb',
	};
}

/** Whether the image that the ISO is made of is loaded, too: only CanvOS's own script builds all images in one call. */
export const loadsInstallerImage = ({builder, runner}: Pick<Settings, 'builder' | 'runner'>) =>
	builder === 'canvos' && runner === 'upstream-script';
