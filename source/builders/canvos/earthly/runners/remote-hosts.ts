import {join, resolve} from 'node:path';
import {FixableError} from '../../../../errors.ts';
import type {Host} from '../../../../host/host.ts';
import {ownCommand} from '../../../../own-command.ts';
import type {CheckResult} from '../../../../pipeline/events.ts';
import type {Workspace} from '../../../../pipeline/workspace.ts';
import type {Settings} from '../../../../settings/settings.ts';
import {type Certificates, probeRemoteBuildkit, type RemoteHost, type RemoteProbe} from './remote-probe.ts';

type With = {settings: Settings; host: Host; workspace: Workspace; signal?: AbortSignal};

const defaultPort = 8372;
const answerMs = 10_000;

/**
 * The hosts of `--buildkit-hosts`: `name`, `name:port` or `tcp://name:port`, separated by commas.
 * @throws {FixableError} for a host on this machine: Earthly would take it for its own and re-create the daemon there.
 */
export function parseBuildkitHosts(text: string): RemoteHost[] {
	const entries = text
		.split(',')
		.map(entry => entry.trim())
		.filter(Boolean);
	return entries.map(entry => {
		const url = URL.parse(entry.includes('://') ? entry : `tcp://${entry}`);
		const name = url?.hostname.replace(/^\[|\]$/g, '') ?? '';
		if (url?.protocol !== 'tcp:' || name === '' || url.pathname.length > 1) {
			throw new FixableError('buildkit-host-invalid', `“${entry}” is no address of a BuildKit host`, {
				hint: 'Write name:port, for example builder1.example.com:8372.',
				exit: 'usage',
			});
		}
		if (isThisMachine(name)) {
			throw new FixableError('buildkit-host-loopback', `${name} is this machine, not a remote BuildKit host`, {
				hint: 'Earthly would stop and re-create the local daemon. Use --runner managed, or the machine’s network name.',
				exit: 'usage',
			});
		}
		return {name, port: url.port === '' ? defaultPort : Number(url.port)};
	});
}

/** As a person names it: the port only where it isn't the usual one. */
const shownName = ({name, port}: RemoteHost) => (port === defaultPort ? name : `${name}:${port}`);

/** `tcp://name:port` as Earthly takes it. */
export const addressOf = ({name, port}: RemoteHost) => `tcp://${name.includes(':') ? `[${name}]` : name}:${port}`;

/** A host that passed the probe, and in words why others were left out. */
export type ChosenHost = {address: string; version: string; leftOut: readonly string[]};

/**
 * The host with the fewest builds of those that pass the probe, the first one among equals.
 * @throws {FixableError} saying for each host why not.
 */
export const chooseHost = async (c: With): Promise<ChosenHost> => fewestBuilds(await probeAll(c));

/** The same of hosts that were probed already. */
export function fewestBuilds(probes: readonly ProbedHost[]): ChosenHost {
	const leftOut = probes.flatMap(({remote, probe}) => (probe.ok ? [] : [`${shownName(remote)}: ${probe.detail}`]));
	const [best] = probes
		.flatMap(({remote, probe}) => (probe.ok ? [{remote, ...probe}] : []))
		.toSorted((one, other) => one.builds - other.builds);
	if (best) return {address: addressOf(best.remote), version: best.version, leftOut};
	throw new FixableError('no-buildkit-host', leftOut.join('; ') || 'No remote BuildKit host is given', {
		hint: `Check --buildkit-hosts and --buildkit-certificates; ${ownCommand('doctor')} shows a cure for each host.`,
		exit: 'host',
	});
}

type ProbedHost = {remote: RemoteHost; probe: RemoteProbe};

async function probeAll(c: With): Promise<ProbedHost[]> {
	const certificates = await readCertificates(c);
	const hosts = parseBuildkitHosts(c.settings.buildkitHosts);
	const options = {certificates, timeoutMs: answerMs, signal: c.signal};
	return Promise.all(hosts.map(async remote => ({remote, probe: await probeRemoteBuildkit(remote, options)})));
}

/** One check for each host of the setting. One that answers is enough, so the others are only warned about then. */
export async function checkRemoteHosts(c: With): Promise<CheckResult[]> {
	try {
		const probes = await probeAll(c);
		const verdict = probes.some(({probe}) => probe.ok) ? 'warn' : 'fail';
		return [
			...probes.map(({remote, probe}) => checkOf(remote, probe, verdict)),
			...(c.settings.buildkitInsecure ? [insecureCheck] : []),
			...(probes.length === 0 ? [noHostCheck] : []),
		];
	} catch (error) {
		if (!(error instanceof FixableError)) throw error;
		return [
			{id: 'remote-buildkit', title: 'Remote BuildKit', verdict: 'fail', detail: error.message, hint: error.hint},
		];
	}
}

function checkOf(remote: RemoteHost, probe: RemoteProbe, otherwise: 'warn' | 'fail'): CheckResult {
	const name = shownName(remote);
	const check = {id: `remote-buildkit-${name}`, title: `Remote BuildKit ${name}`} as const;
	return probe.ok
		? {...check, verdict: 'pass', detail: `${probe.version}${buildsInWords(probe.builds)}`}
		: {...check, verdict: otherwise, detail: probe.detail, hint: cures[probe.problem]};
}

const buildsInWords = (builds: number) => (builds === 0 ? '' : `, ${builds} build${builds === 1 ? '' : 's'} now`);

const insecureCheck: CheckResult = {
	id: 'remote-buildkit-insecure',
	title: 'Remote BuildKit is reached without TLS',
	verdict: 'warn',
	detail: 'whoever is in between can read and change the build',
	hint: 'Give certificates with --buildkit-certificates and leave --buildkit-insecure out.',
};

const noHostCheck: CheckResult = {
	id: 'remote-buildkit',
	title: 'Remote BuildKit',
	verdict: 'fail',
	detail: 'no host is given',
	hint: 'Name at least one: --buildkit-hosts builder1.example.com:8372.',
};

const cures: Readonly<Record<Extract<RemoteProbe, {ok: false}>['problem'], string>> = {
	name: 'Check the spelling in --buildkit-hosts, and DNS.',
	refused: 'Start buildkitd there (port 8372), or correct the port.',
	timeout: 'Check that the machine runs and that no firewall is in between.',
	'no-tls': 'Start buildkitd with BUILDKIT_TLS_ENABLED=true, or say --buildkit-insecure if you really mean it.',
	'wrong-name': 'The certificate needs the name you use as subject alternative name (the common name does not count).',
	expired: 'Make a new certificate for that host, or set the clocks right.',
	'unknown-ca': 'Use the ca_cert.pem that signed the host’s certificate.',
	'client-certificate':
		'earthly_cert.pem must be signed by the CA that the host trusts, with extended key usage clientAuth.',
	'no-buildkit': 'Something else answers at that port; check name and port.',
	version: 'Run the image earthly/buildkitd of the same version there.',
};

const isThisMachine = (name: string) =>
	/^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1?)$/i.test(name) || name.endsWith('.localhost');

async function readCertificates({settings, host, workspace}: With): Promise<Certificates | undefined> {
	if (settings.buildkitInsecure) return undefined;
	const folder = resolve(workspace.root, settings.buildkitCertificates);
	const read = async (name: string) => {
		const path = join(folder, name);
		const text = settings.buildkitCertificates === '' ? undefined : await host.files.readText(path);
		if (text !== undefined) return text;
		throw new FixableError(
			'remote-certificates-missing',
			settings.buildkitCertificates === '' ? 'A remote BuildKit needs certificates' : `${path} does not exist`,
			{
				hint: 'Give the folder of ca_cert.pem, earthly_cert.pem and earthly_key.pem with --buildkit-certificates.',
				exit: 'host',
			},
		);
	};
	return {ca: await read('ca_cert.pem'), cert: await read('earthly_cert.pem'), key: await read('earthly_key.pem')};
}
