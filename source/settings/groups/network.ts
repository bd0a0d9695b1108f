import {quote, text, yesNo} from '../field-kinds.ts';
import type {FieldSpecs, Help} from '../field-types.ts';
import {hostPath, httpUrl, listOf, optional, type Rule} from '../text-rules.ts';

const proxyHelp = (kind: string): Help => ({
	what: `Address of the proxy for ${kind}; empty: none.`,
	why: 'Downloads and the build’s package installation go through it.',
	safe: 'empty, unless this network needs one.',
	breaks: 'With CanvOS’s own script a proxy opens BuildKit’s port without TLS while building.',
});

/** How the build reaches the internet. */
export const networkFields = {
	httpProxy: text({
		group: 'network',
		title: 'Proxy for http',
		question: 'Is there a proxy for http?',
		help: proxyHelp('http'),
		rule: optional(proxyUrl),
		longest: 2048,
		sharedName: true,
		default: '',
		arg: 'HTTP_PROXY',
		aliases: ['http_proxy'],
		expert: true,
	}),
	httpsProxy: text({
		group: 'network',
		title: 'Proxy for https',
		question: 'Is there a proxy for https?',
		help: proxyHelp('https'),
		rule: optional(proxyUrl),
		longest: 2048,
		sharedName: true,
		default: '',
		arg: 'HTTPS_PROXY',
		aliases: ['https_proxy'],
		expert: true,
	}),
	noProxy: text({
		group: 'network',
		title: 'Hosts without proxy',
		question: 'Which hosts are reached without the proxy?',
		help: {
			what: 'List of hosts, domains and networks, separated by commas or blanks.',
			why: 'Your own registry is usually not behind the proxy.',
			safe: 'empty without a proxy.',
			breaks: 'A local registry asked through the proxy is not found.',
		},
		rule: optional(listOf(noProxyHost, /[\s,]+/)),
		longest: 4096,
		sharedName: true,
		default: '',
		arg: 'NO_PROXY',
		aliases: ['no_proxy'],
		expert: true,
	}),
	caFile: text({
		group: 'network',
		title: 'Extra certificate authority',
		question: 'Is there an extra certificate authority?',
		help: {
			what: 'Path of a PEM file; empty: none. Downloads, registries and the steps of the build trust it.',
			why: 'Proxies that look into TLS, and registries with a certificate of their own.',
			safe: 'empty',
			breaks:
				'Without it such connections fail with an unknown issuer; Docker, which pushes, has a folder of its own for it.',
		},
		rule: optional(hostPath),
		longest: 4095,
		path: {kind: 'file'},
		default: '',
		expert: true,
	}),
	caOnNodes: yesNo({
		group: 'network',
		title: 'Authority on the nodes',
		question: 'Shall every node trust that certificate authority?',
		help: {
			what: 'Leaves the authority of CA_FILE among the trusted roots of image and ISO, instead of the build alone.',
			why: 'Nodes need it where their own registry or proxy has a certificate of it.',
			safe: 'no: the build trusts it all the same, and the finished images no longer do.',
			breaks: 'Whoever holds the key of a trusted authority can pass for any host that a node speaks to.',
		},
		default: false,
		builders: ['canvos'],
		expert: true,
	}),
} satisfies FieldSpecs;

// A leading asterisk is usual here; `.arg` carries it in single quotes.
function noProxyHost(value: string): ReturnType<Rule> {
	return /^(\*|\*?\.?[A-Za-z0-9_:-][A-Za-z0-9._:/-]*|\[[0-9A-Fa-f:]+\](\/\d+)?)$/.test(value)
		? {value}
		: {problem: `${quote(value)} is not a host, domain or network`};
}

// curl and apt take `proxy:3128` too, so environments have it; the build wants it in full.
function proxyUrl(value: string): ReturnType<Rule> {
	if (value.includes('://')) return httpUrl(value);
	const completed = httpUrl(`http://${value}`);
	return 'problem' in completed
		? completed
		: {...completed, note: 'an address without http:// is taken as one with it'};
}
