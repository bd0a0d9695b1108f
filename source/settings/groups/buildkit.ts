import {quote, text, yesNo} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {hostPath, listOf, matching, optional, registry} from '../text-rules.ts';

/** Where BuildKit runs, and where it keeps finished steps. */
export const buildkitFields = {
	buildkitHosts: text({
		group: 'engine',
		title: 'Remote BuildKit hosts',
		question: 'Which remote BuildKit hosts?',
		help: {
			what: 'Comma-separated list of names or tcp://name:port; the one with the fewest builds takes this one.',
			why: 'The remote runner builds there.',
			safe: 'empty, with another runner.',
			breaks: 'Earthly manages loopback addresses itself, so they are refused; use a name or LAN address.',
		},
		rule: optional(listOf(buildkitHost)),
		longest: 4096,
		default: '',
		builders: ['canvos'],
		expert: true,
	}),
	buildkitCertificates: text({
		group: 'engine',
		title: 'BuildKit certificates',
		question: 'In which folder are the BuildKit certificates?',
		help: {
			what: 'Folder with ca_cert.pem, earthly_cert.pem and earthly_key.pem.',
			why: 'Remote builds use mutual TLS.',
			safe: 'A folder that only you can read.',
			breaks: 'Without the right ones the remote host refuses the connection.',
		},
		rule: optional(hostPath),
		longest: 4095,
		path: {kind: 'folder'},
		default: '',
		builders: ['canvos'],
		expert: true,
	}),
	buildkitInsecure: yesNo({
		group: 'engine',
		title: 'BuildKit without TLS',
		question: 'Talk to remote BuildKit without TLS?',
		help: {
			what: 'Switches encryption and authentication of the remote runner off.',
			why: 'Only for a closed test network.',
			safe: 'no',
			breaks: 'Whoever reaches the port owns the build host: BuildKit runs privileged.',
		},
		default: false,
		builders: ['canvos'],
		expert: true,
	}),
	buildCache: text({
		group: 'engine',
		title: 'Build cache in a registry',
		question: 'Which repository keeps the build’s steps for other hosts?',
		help: {
			what: 'Repository without a tag, such as registry.example.com/edge/build-cache; empty: none.',
			why: 'Another host, or one whose cache is gone, begins with the finished steps of this one.',
			safe: 'empty on a single machine: its own cache is quicker.',
			breaks: 'Layers travel both ways after every build. Whoever may write there decides what builds take for done.',
		},
		rule: optional(registry),
		default: '',
		builders: ['canvos'],
		expert: true,
	}),
	keepBuildkit: yesNo({
		group: 'engine',
		title: 'Keep BuildKit running',
		question: 'Keep BuildKit running after the build?',
		help: {
			what: 'Leaves the managed BuildKit container running.',
			why: 'The next build starts about a second sooner.',
			safe: 'no: nothing privileged stays behind. The cache is kept either way.',
			breaks: 'A privileged container keeps running until the next build or a clean.',
		},
		default: false,
		builders: ['canvos'],
		expert: true,
	}),
} satisfies FieldSpecs;

/** `name`, `name:port` or `tcp://name:port`, in the last of these spellings. */
function buildkitHost(value: string) {
	const address = value.includes('://') ? value : `tcp://${value}`;
	const judged = matching(
		/^tcp:\/\/[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:\d{1,5}$/,
		'a host such as builder.lan or tcp://builder.lan:8372',
	)(/:\d+$/.test(address) ? address : `${address}:8372`);
	if ('problem' in judged) return judged;
	return /^tcp:\/\/(localhost|127\.[0-9.]+|0\.0\.0\.0):/.test(judged.value)
		? {
				problem: `${quote(value)} is a loopback address`,
				hint: 'Earthly would manage it itself; use a name or LAN address.',
			}
		: judged;
}
