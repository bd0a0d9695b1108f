import {didYouMean} from '../text/similarity.ts';
import {quote} from './field-kinds.ts';
import type {Parsed} from './field-types.ts';

/** A name of CanvOS's own with its value, as it goes into `.arg`. */
type CanvosArgument = readonly [name: string, value: string];

/**
 * Arguments of CanvOS that have no setting of their own and are passed on as they are: names of `ARG` in the Earthfile of
 * any release from v4.5.3 on, and what `earthly.sh` reads besides.
 */
const passedOn: ReadonlySet<string> = new Set([
	...['MAAS_IMAGE_NAME', 'PROXY_CERT_PATH', 'IS_JETSON', 'REGION', 'S3_BUCKET', 'S3_KEY'],
	...['MY_ORG', 'EXPIRATION_IN_DAYS', 'UKI_BRING_YOUR_OWN_KEYS', 'INCLUDE_MS_SECUREBOOT_KEYS'],
	...['AUTO_ENROLL_SECUREBOOT_KEYS', 'ENROLL_SPECTRO_EXTENSION_CERT', 'SPECTRO_EXTENSION_CERT_IMAGE'],
	...['EFI_MAX_SIZE', 'EFI_IMG_SIZE', 'BASE_IMAGE_URL', 'BASE_IMAGE_TAG', 'KAIROS_VERSION', 'KAIROS_INIT_VERSION'],
	...['NVIDIA_USE_CUDA_REPO', 'NVIDIA_INSTALL_FABRICMANAGER', 'NVIDIA_INSTALL_IMEX'],
	...['NVIDIA_INSTALL_CONTAINER_TOOLKIT', 'NVIDIA_REBUILD_INITRD', 'INSTALL_AMD_GPU_DRIVERS', 'AMDGPU_DRIVER_SOURCE'],
	...['AMDGPU_DRIVER_RELEASE', 'AMDGPU_ARTIFACT_PATH', 'AMDGPU_REBUILD_INITRD', 'AMDGPU_INSTALL_SMI'],
	...['OSBUILDER_VERSION', 'OSBUILDER_IMAGE', 'AURORABOOT_VERSION', 'AURORABOOT_IMAGE', 'ALPINE_TAG', 'GOLANG_VERSION'],
	...['K3S_PROVIDER_VERSION', 'KUBEADM_PROVIDER_VERSION', 'RKE2_PROVIDER_VERSION', 'NODEADM_PROVIDER_VERSION'],
	...['CANONICAL_PROVIDER_VERSION', 'K3S_FLAVOR_TAG', 'RKE2_FLAVOR_TAG', 'BUILDER_3RDPARTY_VERSION'],
	...['STYLUS_BASE', 'STYLUS_PACKAGE_BASE', 'CLI_IMAGE', 'UBUNTU_IMAGE', 'LUET_PROJECT', 'SPECTRO_LUET_VERSION'],
]);

// What the file says of these decides names that this program works out itself, or the script that reads the file.
const workedOut = ['IMAGE_TAG', 'IMAGE_PATH', 'BASE_K8S_VERSION', 'K8S_DISTRIBUTION_TAG', 'PROVIDER_BASE', 'BIN_TYPE'];
const ofTheScript = ['EARTHLY_VERSION', 'ALPINE_IMG', 'global_config', 'PATH', 'IFS', 'HOME', 'BASH_ENV'];

// Read by the script, and by no Earthfile of newer releases.
const readByScript = ['PROXY_CERT_PATH', 'MAAS_IMAGE_NAME'];

/** Why an argument of that name is never passed on, or undefined where it may be. `ownNames` are those of settings. */
export function argumentProblem(
	name: string,
	ownNames: readonly string[] = [],
): {problem: string; hint?: string} | undefined {
	if (workedOut.includes(name))
		return {problem: `${name} is worked out by CanvOS and by this program, which must agree`};
	if (ofTheScript.includes(name)) return {problem: `${name} would change CanvOS’s build script itself`};
	if (ownNames.includes(name)) return {problem: `${name} has a setting of its own`, hint: `Give ${name} by itself.`};
	return undefined;
}

/** Names of the arguments that an Earthfile declares, of all its targets. */
export const declaredArguments = (earthfile: string): string[] => [
	...new Set([...earthfile.matchAll(/^[ \t]*ARG[ \t]+(?:--\S+[ \t]+)*([A-Za-z_]\w*)/gm)].map(([, name = '']) => name)),
];

/**
 * What a release makes of an argument. `declared` are those of its Earthfile, undefined where it was never fetched: then
 * what some release knows counts as known, and of others nothing is said.
 */
export function argumentStanding(
	name: string,
	declared: readonly string[] | undefined,
): 'known' | 'without effect' | 'unknown' | 'not known yet' {
	if (declared?.includes(name) || readByScript.includes(name)) return 'known';
	if (passedOn.has(name)) return declared ? 'without effect' : 'known';
	return declared ? 'unknown' : 'not known yet';
}

/** What was probably meant by an argument that a release doesn't know. */
export function argumentMeant(name: string, declared: readonly string[] = []): string | undefined {
	const meant = didYouMean(name, [...passedOn, ...declared]);
	return meant && `Did you mean ${meant}?`;
}

/** Words `NAME=value`, values with blanks in single or double quotes, as one text in its one spelling. */
export function readCanvosArguments(text: string): Parsed<string> {
	const found = new Map<string, string>();
	for (const word of text.match(words) ?? []) {
		const [, name = '', written] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(word) ?? [];
		if (written === undefined)
			return {problem: `${quote(word)} is not NAME=value`, hint: 'Put quotes around a value with blanks.'};
		if (found.has(name)) return {problem: `${name} is given twice`};
		const value = /^(['"])([^'"]*)\1$/s.exec(written)?.[2] ?? written;
		const problem = valueProblem(name, value);
		if (problem) return problem;
		found.set(name, value);
	}
	return {value: formatCanvosArguments([...found])};
}

/** The arguments in a text that `readCanvosArguments` made. */
export const canvosArgumentsIn = (text: string): readonly CanvosArgument[] =>
	(text.match(words) ?? []).map(word => {
		const at = word.indexOf('=');
		return [word.slice(0, at), word.slice(at + 1).replace(/^'(.*)'$/s, '$1')] as const;
	});

/** The text that the setting has for these. */
export const formatCanvosArguments = (given: readonly CanvosArgument[]): string =>
	given.map(([name, value]) => `${name}=${/^[A-Za-z0-9._\-/:@%+,=]+$/.test(value) ? value : `'${value}'`}`).join(' ');

const words = /(?:[^\s'"]|'[^']*'|"[^"]*"|['"])+/g;

// Both readers of `.arg` take everything else as it stands between single quotes.
function valueProblem(name: string, value: string) {
	if (value === '') return {problem: `${name} has no value`, hint: 'Leave it out: CanvOS has its own.'};
	if (name === 'PROXY_CERT_PATH' && !/^[A-Za-z0-9._/-]+$/.test(value)) {
		return {
			problem: 'CanvOS uses PROXY_CERT_PATH unquoted in a shell line',
			hint: 'Use a path of letters, digits and . _ - / only.',
		};
	}
	return /['"\p{Cc}]/u.test(value)
		? {
				problem: `${name} contains a character that CanvOS’s .arg file cannot carry`,
				hint: 'Remove quotes and control characters from it.',
			}
		: undefined;
}
