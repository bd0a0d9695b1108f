import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {profileYaml} from '../../source/settings/cluster-profile.ts';
import {docaReleases, parseBundle, parseHostPackage} from '../../source/settings/doca-releases.ts';
import {settingsJsonSchema} from '../../source/settings/json-schema.ts';
import {nodeprepEnvironment} from '../../source/settings/nodeprep-environment.ts';
import {outputNames} from '../../source/settings/output-names.ts';
import {publicSettings, secretTexts} from '../../source/settings/secrets.ts';
import {settingsMarkdown} from '../../source/settings/settings-documentation.ts';
import {hasCredentials, maskCredentials} from '../../source/text/credentials.ts';
import {settingsOf} from './settings-of.ts';

const canvos = settingsOf('BUILDER=canvos', 'PE_VERSION=v4.8.10');
const committed = (name: string) => readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8');

describe('documentation', () => {
	test('docs/settings.md is what the table gives (npm run docs writes it)', () => {
		expect(committed('settings.md')).toBe(settingsMarkdown());
	});

	test('docs/settings.schema.json is what the table gives (npm run docs writes it)', () => {
		expect(JSON.parse(committed('settings.schema.json'))).toEqual(JSON.parse(JSON.stringify(settingsJsonSchema())));
	});
});

describe('the profile', () => {
	const profile = parse(profileYaml(canvos, outputNames(canvos)));

	test('has the keys that the OS pack knows', () => {
		expect(Object.keys(profile.options)).toEqual(
			['uri', 'registry', 'repo', 'k8sDistribution', 'osName', 'peVersion', 'customTag', 'osVersion'].map(
				name => `system.${name}`,
			),
		);
		expect(profile.pack.content.images).toEqual([{image: '{{.spectro.pack.edge-native-byoi.options.system.uri}}'}]);
	});

	test('names the provider image once Palette has filled it in', () => {
		const uri = profile.options['system.uri'].replaceAll(/\{\{ \.(.*?) \}\}/g, (_whole: string, path: string) =>
			path === 'spectro.system.kubernetes.version'
				? canvos.k8sVersion
				: profile.options[path.replace('spectro.pack.edge-native-byoi.options.', '')],
		);
		expect(uri).toBe(outputNames(canvos).providerImage);
	});

	test('keeps the version a text', () => {
		expect(profile.options['system.osVersion']).toBe('24.04');
	});

	test('puts the settings of nodeprep where it reads them, for an edge appliance only', () => {
		// Palette and Kairos read YAML 1.1, where this is an octal number.
		const [stage] = parse(profileYaml(canvos, outputNames(canvos)), {version: '1.1'}).stages.boot;
		expect(stage.files).toEqual([
			{
				path: '/opt/spectrocloud/nodeprep-env.sh',
				permissions: 0o600,
				owner: 0,
				group: 0,
				content: nodeprepEnvironment(canvos),
			},
		]);
		const standard = settingsOf('BUILDER=canvos', 'PE_VERSION=v4.8.10', 'EDGE_APPLIANCE=no');
		expect(parse(profileYaml(standard, outputNames(standard)))).not.toHaveProperty('stages');
	});

	test('of a rehearsal says so', () => {
		const rehearsal = settingsOf();
		expect(profileYaml(rehearsal, outputNames(rehearsal))).toMatch(/^# REHEARSAL/);
	});
});

const beyond = [
	...['rails_pciaddr=05:00, 0001:25:00.1', 'RAIL_NAMES=yes', 'MTU_EW=9216', 'LOSSLESS_ROCE=yes'],
	...['HP1G=16', 'HPDEFAULT=1G', 'METRICS_FOLDER=/var/lib/node_exporter'],
];

describe('the environment of nodeprep', () => {
	const settings = settingsOf('BUILDER=canvos', 'NUMVF_EW=8', 'ROCECC=yes', 'NFS_OVER_RDMA=true', 'LINKTYPE_NS=1');

	test('is what a shell reads, too', () => {
		const script =
			'set -eu; source <(cat); echo "$BFB $BFB_FW $NUMVF_EW $NUMVF_NS $LINKTYPE_EW $LINKTYPE_NS $ROCECC $CONTROLDPU $DPUOFFLOAD $DISABLE_ACS $CP_DELAY $NFSORDMA_ENABLED"';
		expect(
			execFileSync('bash', ['--norc', '-c', script], {input: nodeprepEnvironment(settings)})
				.toString()
				.trim(),
		).toBe('bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb 32.47.1088 8 0 2 1 1 false 0 false 60 true');
	});

	test('names what is asked beyond the usual only where it is asked', () => {
		expect(nodeprepEnvironment(settings)).not.toMatch(
			/rails_pciaddr|RAIL_NAMES|MTU_EW|LOSSLESS_ROCE|HP2M|METRICS_FOLDER/,
		);
		expect(
			nodeprepEnvironment(settingsOf('BUILDER=canvos', ...beyond)).match(
				/^(rails_|RAIL_|MTU|LOSSLESS|HP|METRICS).*=.*$/gm,
			),
		).toEqual([
			'rails_pciaddr=05:00,0001:25:00.1',
			'RAIL_NAMES=true',
			'MTU_EW=9216',
			'LOSSLESS_ROCE=true',
			'HP2M=0',
			'HP1G=16',
			'HPDEFAULT=1G',
			'METRICS_FOLDER=/var/lib/node_exporter',
		]);
	});

	test('leaves an unknown firmware version to be filled in', () => {
		expect(nodeprepEnvironment(settingsOf('BUILDER=canvos', 'BFB_NAME=own.bfb'))).toMatch(/^# BFB_FW=$/m);
	});
});

describe('what is shown', () => {
	const secret = {
		...canvos,
		ubuntuProKey: 'C1234567',
		httpsProxy: 'http://me:w%40rd@proxy:3128',
		bfbUrl: 'https://token@example.com/x.bfb',
	};

	test('has no secret in it', () => {
		const shown = JSON.stringify(publicSettings(secret));
		for (const text of ['C1234567', 'w%40rd', 'token']) expect(shown).not.toContain(text);
		expect(shown).toContain('proxy:3128');
	});

	test('secrets are known in every spelling that could appear in a log', () => {
		expect(secretTexts(secret)).toEqual(expect.arrayContaining(['C1234567', 'me:w%40rd', 'w%40rd', 'w@rd', 'token']));
		expect(secretTexts(canvos)).toEqual([]);
	});

	test('an address keeps everything but its credentials', () => {
		expect(maskCredentials('see https://a:b@host/x and http://host')).toBe('see https://***@host/x and http://host');
		expect(hasCredentials('git@github.com:acme/x.git')).toBe(false);
		expect(hasCredentials('ssh://git@github.com/acme/x.git')).toBe(false);
	});
});

describe('DOCA releases', () => {
	test.each(docaReleases.map(release => [release.version, release] as const))(
		'%s has a bundle of its own version',
		(version, release) => {
			expect(parseBundle(release.bfb)).toMatchObject({version});
		},
	);

	test('names tell what they are', () => {
		expect(parseHostPackage('doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb')).toEqual({
			version: '3.2.1',
			build: '044000-25.10',
			distribution: 'ubuntu',
			osDigits: '2404',
			arch: 'amd64',
		});
		expect(parseBundle('bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb')).toMatchObject({
			month: '25.11',
			armOsVersion: '24.04',
			largePages: true,
		});
		expect(parseBundle('bf-fwbundle-3.2.1-34_25.11-prod.bfb')).toMatchObject({version: '3.2.1', armOs: ''});
		expect(parseBundle('something.bfb')).toBeUndefined();
	});

	test('a rehearsal takes stand-ins that say so', () => {
		const {docaDebName, bfbName} = settingsOf('DOCA_SOURCE=deb');
		expect(docaDebName).toMatch(/standin/);
		expect(parseHostPackage(docaDebName)).toMatchObject({distribution: 'debian', osDigits: '12'});
		expect(parseBundle(bfbName)).toMatchObject({version: '3.2.1', build: 'standin'});
	});
});
