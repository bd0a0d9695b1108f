import type {OutputNames} from '../../../settings/output-names.ts';
import type {Settings} from '../../../settings/settings.ts';

type Named = Pick<Settings, 'imageRegistry' | 'imageRepo' | 'customTag' | 'isoName'>;

/**
 * Values of `.arg` that are the same for every build. Earthly puts each argument into the environment of every RUN, so
 * that a new tag, registry or ISO name would run all of them again, for a build that differs in nothing but names.
 */
const constants: Named = {
	imageRegistry: 'edge-builder',
	imageRepo: 'image',
	customTag: 'constant',
	isoName: 'edge-builder',
};

/** File that the ISO is saved as where the names are constant. */
export const constantIsoFile = `${constants.isoName}.iso`;

/**
 * An Earthfile whose `SAVE IMAGE` lines have the real names instead of arguments, and the settings whose `.arg` goes with it.
 * The lines lose `--push`, which would send out images that nobody verified, where a build gives its steps to a registry.
 * Undefined where an Earthfile uses those arguments for more than names of results, as a fork may: then they must be real.
 */
export function nameResults<S extends Named>(
	earthfile: string,
	settings: S,
	names: Pick<OutputNames, 'providerImage' | 'imageTag'>,
): {earthfile: string; settings: S} | undefined {
	const values: Readonly<Record<string, string>> = {
		IMAGE_PATH: names.providerImage,
		IMAGE_TAG: names.imageTag,
		IMAGE_REGISTRY: settings.imageRegistry,
		IMAGE_REPO: settings.imageRepo,
		ISO_NAME: settings.isoName,
	};
	const lines = earthfile.split('\n');
	if (lines.some(usedOtherwise)) return undefined;
	return {
		earthfile: lines
			.map(line =>
				/^\s*SAVE IMAGE /.test(line)
					? line.replace(' --push ', ' ').replace(aName, (whole, name) => values[name] ?? whole)
					: line,
			)
			.join('\n'),
		settings: {...settings, ...constants},
	};
}

const aName = /\$\{?(IMAGE_PATH|IMAGE_TAG|IMAGE_REGISTRY|IMAGE_REPO|CUSTOM_TAG|ISO_NAME)\b\}?/g;

// What every release does with them: declares, saves, and calls the ISO so.
const asNames = [
	/^\s*(?:#|ARG |SAVE IMAGE (?!.*\$\{?CUSTOM_TAG\b))/,
	/^\s*IF \[ "\$CUSTOM_TAG" != "" \]\s*$/,
	/^\s*ENV ISO_NAME=/,
];
const isoFile = /\$\{?ISO_NAME\}?\.iso\b|--name "?\$\{?ISO_NAME\}?"?(?=\s)/g;

const usedOtherwise = (line: string) =>
	!asNames.some(form => form.test(line)) && line.replace(isoFile, '').search(aName) >= 0;
