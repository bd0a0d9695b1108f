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
			/[Tt]emporary failure in name resolution/,
		],
		when: ({failure, console}) => !isBuildkitConnection(failure?.message ?? console.join('\n')),
		explain: ([, name]) => ({
			message: `The name ${name ?? 'of a server'} could not be resolved inside the build`,
			hint: 'Check the network and Docker’s DNS servers (`docker run --rm alpine nslookup NAME`); behind a proxy set --https-proxy.',
		}),
	},
];

const isBuildkitConnection = (text: string) => text.includes('could not connect to buildkit');
