import {quote, text} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {matching, registry} from '../text-rules.ts';

/** Under which names the results are stored. */
export const nameFields = {
	imageRegistry: text({
		group: 'names',
		title: 'Registry',
		question: 'Which registry is the provider image for?',
		help: {
			what: 'Registry host, perhaps with port and namespace, without https://.',
			why: 'Nodes pull the provider image from there, so it must be reachable from them.',
			safe: 'A registry of your own. For a first try ttl.sh will do; a rehearsal stays on this machine, as localhost.',
			breaks: 'On ttl.sh images are public and gone within 24 hours: nodes fail to pull them the next day.',
		},
		rule: registry,
		default: ({builder}) => (builder === 'rehearsal' ? 'localhost' : 'ttl.sh'),
		defaultText: 'ttl.sh; localhost for a rehearsal',
		arg: 'IMAGE_REGISTRY',
	}),
	imageRepo: text({
		group: 'names',
		title: 'Repository',
		question: 'Which repository in that registry?',
		help: {
			what: 'Lower-case path of the image within the registry.',
			why: 'It is part of the image reference that the cluster profile names.',
			safe: 'The name of the distribution, as CanvOS does it.',
			breaks: 'Capital letters or a leading slash make a reference that Docker refuses.',
		},
		rule: matching(
			/^[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*$/,
			'a repository such as ubuntu or edge/ubuntu',
			'Lower-case letters and digits, joined by . _ - within and by / between components.',
		),
		pattern: '^[a-z0-9]+((\\.|_{1,2}|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_{1,2}|-+)[a-z0-9]+)*)*$',
		default: ({osDistribution}) => osDistribution,
		defaultText: 'the distribution',
		arg: 'IMAGE_REPO',
	}),
	customTag: text({
		group: 'names',
		title: 'Tag',
		question: 'Which tag marks your images?',
		help: {
			what: 'Your own end of the image tag, after Kubernetes version and Palette Edge version.',
			why: 'It tells your builds apart, in the registry and in the profile.',
			safe: 'A short word of lower-case letters and digits, such as your project’s name.',
			breaks:
				'The same tag again replaces the earlier image; an empty one makes the profile name an image that does not exist.',
		},
		rule: matching(
			/^[a-z0-9][a-z0-9._-]*$/,
			'a tag such as demo',
			'Lower-case letters, digits, and . _ - after the first character.',
		),
		pattern: '^[a-z0-9][a-z0-9._-]*$',
		default: ({builder}) => (builder === 'rehearsal' ? 'rehearsal' : 'demo'),
		defaultText: 'demo; rehearsal for a rehearsal',
		arg: 'CUSTOM_TAG',
	}),
	isoName: text({
		group: 'names',
		title: 'ISO name',
		question: 'What is the ISO file called?',
		help: {
			what: 'File name of the installer, without .iso.',
			why: 'The ISO and its checksum land in build/ under this name.',
			safe: 'Lower-case letters, digits, - and _, with single dots between them.',
			breaks: 'CanvOS uses it unquoted in shell lines, so blanks and special characters are refused.',
		},
		rule: value =>
			value.endsWith('.iso')
				? {problem: 'the name ends in .iso', hint: `Write ${quote(value.slice(0, -4))}; the ending is added.`}
				: isoBaseName(value),
		pattern: '^[a-z0-9][a-z0-9_-]*(\\.[a-z0-9_-]+)*$',
		default: ({builder}) => (builder === 'rehearsal' ? 'palette-edge-installer-rehearsal' : 'palette-edge-installer'),
		defaultText: 'palette-edge-installer; palette-edge-installer-rehearsal for a rehearsal',
		arg: 'ISO_NAME',
	}),
} satisfies FieldSpecs;

const isoBaseName = matching(
	/^(?=.{1,100}$)[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$/,
	'an ISO name such as palette-edge-installer',
	'Lower-case letters, digits, - and _, with single dots between them, at most 100 characters.',
);
