import {parseBundle, parseHostPackage} from '../settings/doca-releases.ts';
import type {Settings} from '../settings/settings.ts';
import {baseName} from '../text/urls.ts';

/** What the name of a firmware file says, against what the image needs: "DOCA 3.2.1 for ubuntu 24.04, fits". */
export function firmwareFit(
	key: 'docaDebFile' | 'bfbFile',
	path: string,
	{osDistribution, osVersion, arch, docaVersion}: Settings,
): string {
	const name = baseName(path);
	if (key === 'bfbFile') {
		const bundle = parseBundle(name);
		if (bundle === undefined) return 'its name is not a bundle’s';
		return bundle.version === docaVersion
			? `bundle ${bundle.version}, fits`
			: `bundle ${bundle.version}, DOCA is ${docaVersion}`;
	}
	const deb = parseHostPackage(name);
	if (deb === undefined) return 'its name is not a doca-host package’s';
	const system = `${deb.distribution}${deb.osDigits}`;
	const wanted = `${osDistribution}${osVersion.replace('.', '')}`;
	if (system !== wanted) return `for ${system}, the image is ${wanted}`;
	return deb.arch === arch ? `DOCA ${deb.version} for ${system}, fits` : `for ${deb.arch}, the image is ${arch}`;
}
