import {ownCommand} from '../../../../own-command.ts';
import type {Evidence, FailureRule} from '../failure-rule.ts';

// Earthly wraps every reason into "could not connect to buildkit: …: buildkitd did not respond (in time)", exit 6.
/** BuildKit not starting, not reachable or gone. */
export const buildkitRules: readonly FailureRule[] = [
	{
		code: 'buildkit-cache-busy',
		patterns: [/another instance running\?/, /could not lock [^\n]*\/tmp\/earthly/],
		explain: () => busyCache,
	},
	{
		code: 'buildkit-cache-busy',
		patterns: [/could not connect to buildkit: [^\n]*connection refused/],
		when: ({exitCode, runner}) => exitCode === 6 && runner === 'container',
		explain: () => busyCache,
	},
	{
		code: 'buildkit-port-taken',
		patterns: [
			/Bind for \S*:(\d+) failed: port is already allocated/,
			/userland proxy: listen tcp[46]? \S*:(\d+): bind: address already in use/,
			/failed to bind host port (?:for )?[\d.]+:(\d+)\S*: address already in use/,
		],
		explain: ([, port]) => ({
			message: `Another program has BuildKit’s port ${port}, by which Docker gets the finished images`,
			hint: `Find it (\`docker ps --filter publish=${port}\`, \`sudo ss -ltnp 'sport = :${port}'\`) and end it, or build with --runner container. ${ownCommand('doctor')} names it, too.`,
		}),
	},
	{
		code: 'remote-certificate',
		patterns: [/could not connect to buildkit: [^\n]*x509: ([^\n:]*(?:valid for [^:]*)?)/],
		explain: ([, words]) => ({
			message: `The remote BuildKit host’s certificate was refused: ${words?.trim()}`,
			hint: `Its certificate needs the name you use as SAN and must be signed by ca_cert.pem in --buildkit-certificates. ${ownCommand('doctor')} probes every host.`,
		}),
	},
	{
		code: 'remote-client-certificate',
		patterns: [
			/could not connect to buildkit: [^\n]*(?:broken pipe|tls: (?:bad|unknown) certificate|certificate required)/,
		],
		explain: () => ({
			message: 'The remote BuildKit host refused our client certificate (Earthly only reports a broken pipe)',
			hint: `earthly_cert.pem must be signed by the CA that the host trusts, with clientAuth. ${ownCommand('doctor')} probes every host.`,
		}),
	},
	{
		code: 'remote-name',
		patterns: [/could not connect to buildkit: [^\n]*lookup (\S+?)(?: on \S+)?: no such host/],
		explain: ([, name]) => ({
			message: `The remote BuildKit host ${name} is not known to DNS`,
			hint: 'Check --buildkit-hosts.',
		}),
	},
	{
		code: 'remote-refused',
		patterns: [/could not connect to buildkit: [^\n]*dial tcp (\S+): connect: connection refused/],
		when: ({runner}) => runner === 'remote',
		explain: ([, address]) => ({
			message: `Nothing listens at ${address}`,
			hint: 'Start buildkitd there (port 8372), or check --buildkit-hosts and the firewall.',
		}),
	},
	{
		code: 'buildkit-not-starting',
		types: ['CONNECTION_FAILURE'],
		patterns: [/could not connect to buildkit: ([^\n]*)/, /buildkitd did not respond/, /could not start buildkitd/],
		explain: ([, words], {runner}) => ({
			message: `BuildKit does not start${words ? `: ${words}` : ''}`,
			hint: `Its own words are in ${logOf[runner]}. Usual reasons: no privileged containers, no space, too little memory. ${ownCommand('doctor')} checks them.`,
		}),
	},
	{
		code: 'buildkit-crashed',
		types: ['BUILDKIT_CRASHED'],
		patterns: [
			/dial-stdio\] has exited with exit status (\d+)/,
			/buildkitd (?:has )?crashed/i,
			/error reading from server: EOF/,
			/transport is closing/,
		],
		explain: ([, status], {runner}) => ({
			message: `BuildKit ended in the middle of the build${status === '137' ? ' (exit status 137: it was killed)' : ''}`,
			hint: `Out of memory is the usual reason; its last words are in ${logOf[runner]}. Run again: finished steps come from the cache.`,
		}),
	},
];

/** Where what BuildKit itself said stands. */
const logOf: Record<Evidence['runner'], string> = {
	managed: '`docker logs edge-builder-buildkitd`',
	native: '`docker logs edge-builder-native-buildkitd`',
	container: 'the complete output of Earthly, whose container it shares',
	'upstream-script': 'the complete output of Earthly, whose container it shares',
	remote: 'the log of buildkitd on its host',
};

const busyCache = {
	message: 'Another build uses the same BuildKit cache volume',
	hint: 'Wait for it to end, or use the managed runner (--runner managed), which runs several builds at once.',
};
