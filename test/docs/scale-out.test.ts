import {execFileSync, spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {parseAllDocuments} from 'yaml';
import {probeRemoteBuildkit} from '../../source/builders/canvos/earthly/runners/remote-probe.ts';
import {startBuildkit} from '../builders/canvos/earthly/runners/buildkit-server.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/scale-out.md'), 'utf8');

/** The text of the code block that begins with that line. */
const block = (first: string) => {
	const found = [...text.matchAll(/```\w+\n([\s\S]*?)```/g)].find(([, code = '']) => code.startsWith(`# ${first}\n`));
	if (found?.[1] === undefined) throw new Error(`docs/scale-out.md has no block ${first}`);
	return found[1];
};

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

test.skipIf(!hasOpenssl)('the certificates that it makes are what a host and the probe take', async () => {
	const folder = temporaryFolder();
	const script = block('certificates').replaceAll('builder1.example.com', 'localhost');
	execFileSync('sh', ['-euc', script], {cwd: folder, stdio: 'pipe'});
	const read = (name: string) => readFileSync(join(folder, 'buildkit-certificates', name), 'utf8');
	const ca = read('ca_cert.pem');
	const port = await startBuildkit({ca, cert: read('server_cert.pem'), key: read('server_key.pem')});
	const certificates = {ca, cert: read('earthly_cert.pem'), key: read('earthly_key.pem')};
	expect(await probeRemoteBuildkit({name: 'localhost', port}, {certificates, timeoutMs: 10_000})).toMatchObject({
		ok: true,
	});
});

test('its manifests run the container as its docker command does', () => {
	type Manifest = {
		kind: string;
		metadata: {name: string};
		spec: {
			serviceName?: string;
			selector: {app: string; matchLabels: {app: string}};
			template: {
				metadata: {labels: {app: string}};
				spec: {
					containers: {
						image: string;
						securityContext: {privileged: boolean};
						env: {name: string; value: string}[];
						volumeMounts: {name: string; mountPath: string}[];
					}[];
					volumes: {name: string}[];
				};
			};
			volumeClaimTemplates: {metadata: {name: string}}[];
		};
	};
	const documents = parseAllDocuments(block('buildkitd.yaml')).map(document => document.toJS() as Manifest);
	const [service, set] = documents;
	const [container] = set?.spec.template.spec.containers ?? [];
	const command = [...text.matchAll(/```sh\n(docker run [\s\S]*?)```/g)][0]?.[1] ?? '';
	expect(command).toContain(container?.image);
	expect(container?.securityContext.privileged).toBe(true);
	expect(container?.env.map(({name, value}) => `${name}=${value}`)).toEqual(
		[...command.matchAll(/--env (\S+)/g)].map(([, pair]) => pair),
	);
	expect(container?.volumeMounts.map(({mountPath}) => mountPath)).toEqual(
		[...command.matchAll(/--volume "?[^\s"]*?:(\/[^\s":]+)/g)].map(([, path]) => path),
	);
	const volumes = [
		...(set?.spec.volumeClaimTemplates.map(({metadata}) => metadata.name) ?? []),
		...(set?.spec.template.spec.volumes.map(({name}) => name) ?? []),
	];
	expect([...new Set(container?.volumeMounts.map(({name}) => name))]).toEqual(volumes);
	expect([service?.spec.selector.app, set?.spec.selector.matchLabels.app]).toEqual(['buildkitd', 'buildkitd']);
	expect(set?.spec.template.metadata.labels.app).toBe('buildkitd');
	expect(set?.spec.serviceName).toBe(service?.metadata.name);
});
