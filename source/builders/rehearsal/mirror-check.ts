import type {CheckResult} from '../../pipeline/events.ts';
import type {HostCheckContext} from '../builder.ts';
import {readAptSources} from './apt-sources.ts';
import {distributionOf} from './supported-distributions.ts';

/** Whether the package mirror of this machine's own distribution answers. */
export async function checkMirror({host, signal}: HostCheckContext): Promise<CheckResult> {
	const base = {
		id: 'rehearsal-mirror',
		title: 'Package mirror',
		why: 'The base image and the packages of an edge appliance come from it.',
	};
	const distribution = distributionOf(host.machine.os);
	if (!distribution) return {...base, verdict: 'skip', detail: 'no known distribution'};
	const sources = await readAptSources(host, distribution, signal);
	const [, uri] = /^URIs: (\S+)/m.exec(sources.text) ?? [];
	const [, suite] = /^Suites: (\S+)/m.exec(sources.text) ?? [];
	if (uri === undefined || suite === undefined) {
		return {
			...base,
			verdict: 'fail',
			detail: `the apt sources of this machine have no archive of ${host.machine.os.name}`,
			hint: 'Look at /etc/apt/sources.list and /etc/apt/sources.list.d.',
		};
	}
	// A list of mirrors is fetched itself.
	const list = /^mirror(?:\+(https?:.*)|:(.*))$/.exec(uri);
	const address = list ? (list[1] ?? `http:${list[2]}`) : `${uri.replace(/\/$/, '')}/dists/${suite}/InRelease`;
	try {
		await host.run({
			program: 'sh',
			args: ['-c', fetchAndForget, 'sh', address],
			timeoutMs: 15_000,
			signal,
			what: 'Trying the package mirror',
		});
		return {...base, verdict: 'pass', detail: uri};
	} catch {
		signal?.throwIfAborted();
		return {
			...base,
			verdict: 'warn',
			detail: `${uri} did not answer`,
			hint: 'Check network and proxy. Without it only what is cached can be rehearsed.',
		};
	}
}

// A shell that clears up after itself does so even when we are killed, and the workspace stays untouched by a look.
const fetchAndForget = [
	'folder=$(mktemp -d) || exit 1',
	`trap 'rm -rf -- "$folder"' EXIT`,
	`trap 'exit 1' HUP INT TERM`,
	'/usr/lib/apt/apt-helper -o Acquire::Retries=0 download-file "$1" "$folder/InRelease"',
].join('\n');
