import type {FailureRule} from '../failure-rule.ts';

/** The network between the build and the world. */
export const networkRules: readonly FailureRule[] = [
	{
		code: 'proxy',
		patterns: [
			/proxyconnect tcp: ([^\n]*)/,
			/\b407 Proxy Authentication/i,
			/HTTP code (\d+) from proxy after CONNECT/,
			/Could not resolve proxy: (\S+)/,
		],
		explain: ([, detail]) => ({
			message: `The proxy refused or could not be reached${detail ? `: ${detail}` : ''}`,
			hint: 'Check --http-proxy, --https-proxy and --no-proxy. BuildKit runs in a container: a proxy on 127.0.0.1 of this machine is not reachable from there.',
		}),
	},
	{
		code: 'certificate',
		patterns: [
			/x509: certificate ([^\n"]*)/,
			/SSL certificate problem: ([^\n]*)/,
			/(?:server )?certificate verification failed[:.]? ?([^\n]*)/i,
			/CERTIFICATE_VERIFY_FAILED/,
		],
		when: ({failure, console}) => !isBuildkitConnection(failure?.message ?? console.join('\n')),
		explain: ([, detail]) => ({
			message: `A server’s certificate is not trusted${detail ? `: ${detail.trim()}` : ''}`,
			hint: 'If a proxy of your company opens TLS connections, give its CA with --ca-file FILE; otherwise check the address and the clock of this machine.',
		}),
	},
	{
		code: 'name-not-resolved',
		patterns: [
			/lookup (\S+?)(?: on \S+)?: no such host/,
			/dial tcp: lookup (\S+?)(?: on \S+)?: (?:Temporary failure|server misbehaving|i\/o timeout)/,
			/Could not resolve (?:host:? )?'?([^\s']+)/,
			/Temporary failure resolving '([^']+)'/,
			/wget: bad address '([^']+)'/,
			/unable to resolve host address ['‘]([^'’]+)/,
			/[Tt]emporary failure in name resolution/,
		],
		when: ({failure, console}) => !isBuildkitConnection(failure?.message ?? console.join('\n')),
		explain: ([, name]) => ({
			message: `The name ${name ?? 'of a server'} could not be resolved inside the build`,
			hint: 'Check the network and Docker’s DNS servers (`docker run --rm alpine nslookup NAME`); behind a proxy set --https-proxy.',
		}),
	},
	{
		code: 'tls-failed',
		patterns: [/curl: \(35\) ([^\n]*)/],
		explain: ([, words]) => ({
			message: `A TLS connection could not be made: ${words}`,
			hint: 'A proxy or firewall that cuts connections, or an address that is no HTTPS: check the address and --https-proxy.',
		}),
	},
	{
		code: 'download-refused',
		patterns: [/curl: \(22\) The requested URL returned error: ([^\n]*)/],
		explain: ([, status], {failure}) => ({
			message: `A server refused a download: ${status}${addressIn(failure?.command)}`,
			hint: 'The address is wrong, the file is gone, or it asks for a login: open it in a browser, and check the setting that names it.',
		}),
	},
];

/** What says less than a registry's own words. */
export const timeoutRules: readonly FailureRule[] = [
	{
		code: 'network-timeout',
		patterns: [
			/"?(https?:\/\/[^\s"]+)"?: (?:net\/http: )?TLS handshake timeout/,
			/TLS handshake timeout/,
			/curl: \(28\) ([^\n]*)/,
			/(?:Get|Head|Post) "(https?:\/\/[^\s"]+)": (?:context deadline exceeded|dial tcp [^\n]*i\/o timeout)/,
		],
		when: ({failure, console}) => !isBuildkitConnection(failure?.message ?? console.join('\n')),
		explain: ([, what]) => ({
			message: `A server did not answer in time${what ? `: ${what}` : ''}`,
			hint: 'Run again, finished steps come from the cache. Where it happens always: a firewall drops the connection, set --https-proxy or --registry-mirrors.',
		}),
	},
];

const addressIn = (command = '') => {
	const address = /https?:\/\/[^\s"']+/.exec(command)?.[0];
	return address === undefined ? '' : ` (${address})`;
};

const isBuildkitConnection = (text: string) => text.includes('could not connect to buildkit');
