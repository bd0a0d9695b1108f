import {hasCredentials} from '../../text/credentials.ts';
import {oneOf, quote, text} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {hostPath, listOf, matching, optional, plain, type Rule} from '../text-rules.ts';
import {buildkitFields} from './buildkit.ts';

/** Which CanvOS, and how Earthly runs it. */
export const engineFields = {
	canvosSource: text({
		group: 'engine',
		title: 'CanvOS repository',
		question: 'Where does CanvOS come from?',
		help: {
			what: 'Git address or local clone of CanvOS.',
			why: 'A mirror or your own fork can stand in for GitHub. A clone of yours is only read, never changed.',
			safe: 'The public repository.',
			breaks: 'A fork without the release tags cannot be checked out at them.',
		},
		rule: value => (hasCredentials(value) ? credentialsRefused : gitAddress(withoutFileScheme(value))),
		longest: 4095,
		path: {kind: 'folder', isPath: value => /^[./~]/.test(value)},
		default: 'https://github.com/spectrocloud/CanvOS.git',
		builders: ['canvos'],
		expert: true,
	}),
	canvosRef: text({
		group: 'engine',
		title: 'CanvOS release',
		question: 'Which CanvOS release?',
		help: {
			what: 'Release tag, branch or commit of CanvOS.',
			why: 'It decides Kairos version, Palette agent version and the Kubernetes versions on offer.',
			safe: 'v4.8.10, or the release that matches your Palette’s agent version.',
			breaks: 'An agent version that Palette does not know makes registration or upgrades fail.',
		},
		rule: value =>
			/\.\.|\/\/|@\{|\.lock$|[./]$/.test(value)
				? {problem: `${quote(value)} is not a name that git allows`}
				: matching(/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/, 'a tag, branch or commit such as v4.8.10')(value),
		default: 'v4.8.10',
		builders: ['canvos'],
	}),
	peVersion: text({
		group: 'engine',
		title: 'Palette Edge version',
		question: 'Which Palette Edge version goes into the image tag?',
		help: {
			what: 'Palette Edge version such as v4.8.10; empty: the one written in the release’s Earthfile.',
			why: 'Image tag and profile must agree, and for some releases git’s answer differs from the Earthfile’s.',
			safe: 'empty',
			breaks: 'Another version installs another agent, or names an image that does not exist.',
		},
		rule: optional(matching(/^v\d+\.\d+\.\d+(-[A-Za-z0-9.]+)?$/, 'a version such as v4.8.10')),
		pattern: '^(v[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9.]+)?)?$',
		default: '',
		defaultText: 'the Earthfile’s',
		arg: 'PE_VERSION',
		expert: true,
	}),
	runner: oneOf({
		group: 'engine',
		title: 'Earthly runs by',
		question: 'How does Earthly run?',
		help: {
			what: 'Which containers or programs carry the build.',
			why: 'A kept cache turns a repeated build from minutes into seconds.',
			safe: 'managed',
			breaks: 'The upstream script starts cold each time; a remote one needs certificates.',
		},
		choices: [
			{
				value: 'managed',
				title: 'Managed',
				description: 'Client container without privileges, BuildKit with a cache beside it',
			},
			{
				value: 'container',
				title: 'One container',
				description: 'A single privileged container with its own BuildKit and a cache volume',
			},
			{
				value: 'upstream-script',
				title: 'earthly.sh',
				description: 'CanvOS’s own script, unchanged: no cache between builds',
			},
			{value: 'native', title: 'Native', description: 'earthly or earth from PATH'},
			{value: 'remote', title: 'Remote', description: 'BuildKit on other hosts over mutual TLS'},
		],
		sharedName: true,
		default: 'managed',
		builders: ['canvos'],
		expert: true,
	}),
	...buildkitFields,
	registryMirrors: text({
		group: 'engine',
		title: 'Registry mirrors',
		question: 'Which registry mirrors?',
		help: {
			what: 'Comma-separated list such as docker.io=mirror.example.com; http:// before a mirror means without TLS.',
			why: 'Avoids pull limits and works behind a firewall.',
			safe: 'empty',
			breaks: 'A mirror that lacks an image makes its pull fail or slow.',
		},
		rule: optional(
			listOf(
				matching(
					/^[A-Za-z0-9.-]+(:\d{1,5})?=(https?:\/\/)?[A-Za-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._/-]+)?$/,
					'a mirror such as docker.io=mirror.example.com',
				),
			),
		),
		longest: 4096,
		default: '',
		builders: ['canvos'],
		expert: true,
	}),
} satisfies FieldSpecs;

const credentialsRefused = {
	problem: 'the address contains a password or a query, which may be one',
	hint: 'Let git’s credential helper or an SSH key carry it.',
};

// Git's other spelling of a path of this machine.
function withoutFileScheme(value: string) {
	try {
		return value.startsWith('file:///') ? decodeURI(value.slice('file://'.length)) : value;
	} catch {
		return value;
	}
}

// `ext::` and friends make git run a program, so only these forms are let through.
const gitAddress: Rule = value =>
	/^(https?|ssh|git|file):\/\/[^/]|^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:|^[./~]/.test(value) && !value.includes('::')
		? value.startsWith('/') || value.startsWith('.') || value.startsWith('~')
			? hostPath(value)
			: plain(value)
		: {problem: `${quote(value)} is not a git address`, hint: 'Give an https or ssh address, or the path of a clone.'};
