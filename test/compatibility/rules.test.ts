import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {factsFor} from '../../source/app/facts-for-settings.ts';
import type {Invocation} from '../../source/app/invocation.ts';
import {loadSettings} from '../../source/app/load-settings.ts';
import {canvosLine, knownPeVersion} from '../../source/compatibility/canvos-release-lines.ts';
import {type Facts, judgeSettings, rules} from '../../source/compatibility/judge-settings.ts';
import {kernelStatus} from '../../source/compatibility/kernels.ts';
import {rememberKvm} from '../../source/machine/accelerator/kvm-verdict-cache.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {argumentLayer} from '../../source/settings/layer-sources.ts';
import {compareVersions} from '../../source/text/versions.ts';
import {factsWith} from '../helpers/facts.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {settingsOf} from '../settings/settings-of.ts';

type Severity = 'error' | 'warning' | 'info';

/** A machine and a call in which a rule is judged: what the program would find there, not facts handed to the rule. */
type Situation = {
	files?: Readonly<Record<string, string>>;
	push?: boolean;
	smokeTest?: boolean;
	freeDiskGb?: number;
	/** Free GB of Docker's data folder, which is made for it. */
	dockerFreeDiskGb?: number;
	/** Docker's configuration file. */
	docker?: string;
	/** Whether there is a /dev/kvm, and what an earlier trial has shown. */
	kvm?: boolean;
	kvmTried?: boolean;
	osId?: string;
};
type Case = [id: string, severity: Severity, words: string, situation?: Situation];

const goodUserData = `#cloud-config
stylus: {site: {paletteEndpoint: api.spectrocloud.com, edgeHostToken: secret}}
install:
  grub_options: {extra_cmdline: "intel_iommu=on iommu=pt"}
stages:
  initramfs:
    - users: {me: {groups: [admin], ssh_authorized_keys: [x]}}
`;
const userData = (text: string): Situation => ({files: {'site.yaml': text}});

const cases: readonly Case[] = [
	['D01', 'error', 'OS_DISTRIBUTION=opensuse-leap'],
	['D02', 'error', 'OS_VERSION=20'],
	['D02', 'error', 'OS_VERSION=22.10 EDGE_APPLIANCE=no'],
	['D03', 'error', 'ARCH=arm64'],
	['D04', 'error', 'IS_UKI=true'],
	['D05', 'error', 'UPDATE_KERNEL=true'],
	['D06', 'error', 'UPDATE_KERNEL=true FIPS_ENABLED=true EDGE_APPLIANCE=false'],
	['D07', 'error', 'OS_VERSION=22.04 DOCA_DEB_NAME=doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb'],
	['D08', 'error', 'BFB_FILE=cut.bfb', {files: {'cut.bfb': 'BFB'}}],
	['D09', 'warning', 'DOCA_VERSION=3.3.0 BFB_NAME=bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb'],
	['D10', 'info', 'OS_VERSION=22.04'],
	['D11', 'info', ''],
	['D15', 'info', 'OS_VERSION=24.04'],
	['D16', 'warning', 'K8S_DISTRIBUTION=k3s'],
	['D17', 'error', 'K8S_VERSION=1.33.999'],
	['D17', 'error', 'CANVOS_REF=v4.8.8'],
	['D17', 'error', 'CANVOS_REF=v4.8.8-custom'],
	['D18', 'warning', 'PE_VERSION=v4.9.0'],
	['D18', 'info', 'CANVOS_REF=v4.9.0'],
	['D20', 'warning', 'CANVOS_REF=main BUNDLE_K8S_AND_AGENT_PROVIDER=false'],
	['D21', 'error', `CUSTOM_TAG=${'x'.repeat(95)}`],
	['D23', 'warning', ''],
	['D24', 'warning', 'IMAGE_REGISTRY=ghcr.io/acme', {push: true}],
	[
		'D24',
		'warning',
		'IMAGE_REGISTRY=acme/images',
		{push: true, docker: '{"auths": {"ghcr.io": {"auth": "bWU6d29yZA=="}}}'},
	],
	['D24', 'info', 'IMAGE_REGISTRY=ghcr.io/acme', {push: true, docker: '{"credsStore": "desktop"}'}],
	['D25', 'error', '', {freeDiskGb: 12}],
	['D25', 'warning', '', {freeDiskGb: 200, dockerFreeDiskGb: 80}],
	['D25', 'error', 'RUNNER=native', {dockerFreeDiskGb: 12}],
	['D27', 'warning', 'RUNNER=upstream-script HTTPS_PROXY=http://proxy:3128'],
	['D29', 'warning', 'NUMVF_EW=8 USER_DATA=site.yaml', userData(goodUserData.replace('iommu=pt', 'iommu=off'))],
	[
		'D29',
		'warning',
		'NUMVF_NS=1 USER_DATA=site.yaml',
		userData(goodUserData.replace('intel_iommu=on', 'intel_iommu=off')),
	],
	['D30', 'warning', 'USER_DATA=site.yaml', userData(goodUserData)],
	['D31', 'info', 'USER_DATA=site.yaml', userData(goodUserData.replace('edgeHostToken', 'name'))],
	['D32', 'warning', 'USER_DATA=site.yaml', userData(goodUserData.replace('admin', 'other'))],
	['D32', 'info', 'USER_DATA=site.yaml', userData('#cloud-config\ninstall: {nousers: true}\n')],
	['D33', 'info', ''],
	['D34', 'info', ''],
	['D35', 'warning', 'FIRMWARE=url'],
	['D35', 'warning', 'BFB_URL=http://example.com/x.bfb'],
	['D35', 'warning', 'BFB_URL=https://me:word@example.com/x.bfb'],
	['D35', 'info', ''],
	['D36', 'info', ''],
	['D38', 'warning', '', {kvm: false}],
	['D38', 'warning', 'BUILDER=rehearsal', {kvmTried: false}],
	['D38', 'warning', 'ARCH=arm64 EDGE_APPLIANCE=no'],
	['D40', 'warning', 'FORCE_INTERACTIVE_INSTALL=true CANVOS_REF=v4.8.5 K8S_VERSION=1.33.5'],
	['S23', 'error', 'RAIL_NAMES=yes'],
	['S23', 'error', 'BUILDER=rehearsal RAIL_NAMES=yes RAILS_PCIADDR=05:00 LINKTYPE_EW=1'],
	['S23', 'error', 'LOSSLESS_ROCE=yes LINKTYPE_EW=1'],
	['S24', 'warning', 'HP1G=16 USER_DATA=site.yaml', userData(goodUserData)],
	['S01', 'error', 'OS_DISTRIBUTION=debian OS_VERSION=12'],
	['S02', 'error', 'OS_DISTRIBUTION=rhel EDGE_APPLIANCE=false'],
	['S03', 'error', 'BUILDER=rehearsal OS_DISTRIBUTION=ubuntu'],
	['S04', 'error', 'BUILDER=rehearsal OS_VERSION=13'],
	['S05', 'error', 'BUILDER=rehearsal ARCH=arm64'],
	['S18', 'error', 'BUILDER=rehearsal', {osId: 'fedora'}],
	['S06', 'error', 'DOCA_VERSION=latest BFB_NAME=own.bfb'],
	['S07', 'error', 'DOCA_VERSION=3.4.0'],
	['S08', 'error', 'DOCA_VERSION=3.9.9 DOCA_SOURCE=repository'],
	['S09', 'error', 'FIRMWARE=url DOCA_DEB_URL='],
	['S10', 'warning', 'BFB_FW=32.47.2682'],
	['S11', 'error', 'RUNNER=remote'],
	['S12', 'error', 'RUNNER=remote BUILDKIT_HOSTS=tcp://builder.lan:8372'],
	['S13', 'warning', 'RUNNER=remote BUILDKIT_HOSTS=tcp://builder.lan:8372 BUILDKIT_INSECURE=true'],
	['S14', 'error', 'UBUNTU_PRO_ATTACH=true'],
	['S15', 'error', 'USER_DATA=site.yaml', userData('stylus: {}')],
	['S15', 'error', 'BUILDER=rehearsal USER_DATA=site.yaml', userData('#cloud-config\na: 1\na: 2\n')],
	[
		'S16',
		'warning',
		'USER_DATA=site.yaml',
		userData(`#cloud-config # lab\n${goodUserData}`.replace('\n#cloud-config', '')),
	],
	['S16', 'warning', 'USER_DATA=site.yaml', userData(`${goodUserData}---\na: 1\n`)],
	['S17', 'error', 'IS_UKI=true EDGE_APPLIANCE=no'],
	['S17', 'error', 'IS_UKI=true EDGE_APPLIANCE=no', {files: {'secure-boot/private-keys/db.key': 'key'}}],
	['S22', 'info', '', {files: {'content-a/core.zst': 'x', 'local-ui.tar': 'y'}}],
	['S22', 'error', '', {files: {'content-a/core.zst': 'x', 'content-b/core.zst': 'y'}}],
	['S22', 'error', 'CONTENT_BUNDLE=bundles', {files: {'bundles/core.tar': 'x'}}],
	['S21', 'error', 'CANVOS_REF=v4.4.13'],
	['S21', 'error', 'CANVOS_REF=v5.0.0-rc.1'],
	['S20', 'warning', 'CA_ON_NODES=yes'],
	['S20', 'warning', 'CA_ON_NODES=yes CA_FILE=ca.pem CANVOS_REF=v4.5.9 K8S_VERSION=1.30.4', {files: {'ca.pem': 'x'}}],
	['S20', 'warning', 'CA_ON_NODES=yes CA_FILE=ca.pem RUNNER=upstream-script', {files: {'ca.pem': 'x'}}],
	['S19', 'error', 'CANVOS_ARGUMENTS=MY_ORGG=x'],
	['S19', 'warning', 'CANVOS_ARGUMENTS=OUR_OWN=x CANVOS_SOURCE=https://git.example.com/fork.git'],
	['S17', 'warning', 'IS_UKI=true EDGE_APPLIANCE=no CANVOS_SOURCE=https://git.example.com/private.git'],
];

/** Settings as a call with these words has them, judged by what is found in that situation. */
const found = async (words: string, situation: Situation = {}) => {
	const {
		files = {},
		push = false,
		smokeTest = true,
		freeDiskGb = 500,
		dockerFreeDiskGb = 500,
		docker = '{}',
	} = situation;
	const {kvm = true, kvmTried, osId = 'debian'} = situation;
	const root = temporaryFolder();
	const dockerData = join(root, 'docker-data');
	mkdirSync(dockerData);
	for (const [name, text] of Object.entries({...files, 'config.json': docker})) {
		mkdirSync(dirname(join(root, name)), {recursive: true});
		writeFileSync(join(root, name), text);
	}
	const plain = fakeHost();
	const host = fakeHost({
		env: {DOCKER_CONFIG: root, XDG_CACHE_HOME: root},
		machine: {
			...plain.machine,
			os: {...plain.machine.os, id: osId},
			user: {...plain.machine.user, uid: process.getuid?.() ?? 0},
		},
		disk: async path => ({
			freeBytes: (path === dockerData ? dockerFreeDiskGb : freeDiskGb) * 1e9,
			totalBytes: 1e15,
			freeInodes: 1e9,
		}),
		files: {
			...plain.files,
			readText: path =>
				path === '/etc/docker/daemon.json'
					? Promise.resolve(JSON.stringify({'data-root': dockerData}))
					: plain.files.readText(path),
			open: (path, ...how) => {
				if (path !== '/dev/kvm') return plain.files.open(path, ...how);
				return kvm ? plain.files.open('/dev/null', 'r') : Promise.reject(new Error('there is none'));
			},
		},
	});
	const invocation = {
		layers: [argumentLayer(['BUILDER=canvos', ...words.split(' ').filter(Boolean)])],
		env: {},
		workspace: workspaceAt(root),
		host,
	} as unknown as Invocation;
	if (kvmTried !== undefined) {
		const verdict = kvmTried ? {works: true as const} : {works: false as const, reason: 'the guest was silent'};
		await rememberKvm(host, settingsOf(), verdict);
	}
	const {findings, settings} = await loadSettings(invocation, {push, smokeTest});
	return {findings, settings, facts: await factsFor(invocation, settings, {push, smokeTest})};
};

/** An edge appliance as the requirements have it, on a machine that has everything. */
const right = (words: string) =>
	found(`IMAGE_REGISTRY=ghcr.io/acme NUMVF_EW=8 USER_DATA=site.yaml ${words}`, {
		...userData(
			goodUserData.replace(', edgeHostToken: secret', '').replace('stylus: {', 'stylus: {managementMode: local, '),
		),
		push: true,
		docker: '{"auths": {"ghcr.io": {"auth": "bWU6d29yZA=="}}}',
	});

// Good to know of every real build; a rehearsal has none of it.
const ofEveryBuild = ['D11', 'D15', 'D33', 'D34', 'D35', 'D36'];

describe('each rule finds what it is about, by facts that the program gathers', () => {
	test.each(cases)('%s as %s: %s', async (id, severity, words, situation) => {
		const {findings} = await found(words, situation);
		expect(findings.find(finding => finding.id === id)).toMatchObject({
			severity,
			message: expect.stringMatching(/.{10}/),
			hint: expect.stringMatching(/\.$/),
		});
		for (const {message} of findings) expect(message).not.toMatch(/\.$/);
	});

	test('no rule is without a case', () => {
		expect(new Set(cases.map(([id]) => id))).toEqual(new Set(rules.map(({id}) => id)));
	});

	test('an edge appliance as the requirements have it is told only what is so of every build', async () => {
		const {findings} = await right('');
		expect(findings.map(({id}) => id).toSorted()).toEqual(ofEveryBuild);
		expect(new Set(findings.map(({severity}) => severity))).toEqual(new Set(['info']));
	});

	test('who chose emulation is not told that it is slow', async () => {
		const {findings} = await found('ACCELERATOR=tcg', {kvm: false});
		expect(findings.map(({id}) => id)).not.toContain('D38');
	});

	test('a rehearsal gives no finding at all', async () => {
		expect((await found('BUILDER=rehearsal')).findings).toEqual([]);
	});

	test('reasons are sentences', () => {
		for (const {why} of rules) expect(why).toMatch(/^([A-Z]|nodeprep).*\.$/);
	});

	test('errors come first', async () => {
		const order = (await found('ARCH=arm64 OS_VERSION=22.04')).findings.map(({severity}) => severity);
		expect(order).toEqual(
			order.toSorted((a, b) => ['error', 'warning', 'info'].indexOf(a) - ['error', 'warning', 'info'].indexOf(b)),
		);
		expect(order[0]).toBe('error');
	});
});

// The rule of this list: what a rule reads is a fact, every fact has a supplier, and every supplied fact is read.
const suppliers: {readonly [K in keyof Facts]: {from: string; words?: string; situation?: Situation; value: unknown}} =
	{
		machine: {
			from: 'the machine that builds',
			situation: {osId: 'ubuntu'},
			value: {osId: 'ubuntu', osVersion: '12', arch: 'amd64'},
		},
		kubernetesVersions: {
			from: 'k8s_version.json of the CanvOS release',
			value: expect.objectContaining({kubeadm: expect.arrayContaining(['1.34.2'])}),
		},
		earthfilePeVersion: {from: 'the Earthfile of the CanvOS release', value: 'v4.8.10'},
		// What it is of a release that was fetched, test/builders/canvos/source/release-facts.test.ts shows.
		earthfileArguments: {from: 'the Earthfile of the CanvOS release once it is fetched', value: 'unknown'},
		filesTaken: {
			from: 'names in the workspace',
			words: 'CONTENT_BUNDLE=bundles CA_FILE=ca.pem',
			situation: {files: {'bundles/core.zst': 'x', 'spc.tgz': 'y', 'content-a/other.zst': 'z', 'ca.pem': 'c'}},
			value: {names: ['spc.tgz']},
		},
		missingSigningKeys: {
			from: 'secure-boot/ of the workspace, or of the CanvOS commit',
			words: 'IS_UKI=true EDGE_APPLIANCE=no',
			situation: {files: {'secure-boot/private-keys/db.key': 'key', 'secure-boot/enrollment/db.auth': 'x'}},
			value: ['secure-boot/private-keys/tpm2-pcr-private.pem', 'secure-boot/public-keys/db.pem'],
		},
		freeDiskGb: {from: 'the workspace’s filesystem', situation: {freeDiskGb: 77}, value: 77},
		dockerFreeDiskGb: {from: 'the filesystem of Docker’s data folder', situation: {dockerFreeDiskGb: 66}, value: 66},
		dockerLogins: {
			from: 'Docker’s config.json',
			situation: {
				docker: '{"auths": {"https://index.docker.io/v1/": {"auth": "x"}, "quay.io": {}}, "credsStore": "pass"}',
			},
			value: {registries: ['docker.io'], helper: true},
		},
		userData: {
			from: 'the file that USER_DATA names',
			words: 'USER_DATA=site.yaml',
			situation: userData(goodUserData),
			value: expect.objectContaining({read: expect.objectContaining({hasToken: true})}),
		},
		firmwareBytes: {
			from: 'the files that BFB_FILE and DOCA_DEB_FILE name',
			words: 'BFB_FILE=cut.bfb',
			situation: {files: {'cut.bfb': 'BFB'}},
			value: {'cut.bfb': 3},
		},
		kvm: {
			from: '/dev/kvm and what is remembered of it',
			words: 'BUILDER=rehearsal',
			situation: {kvmTried: true},
			value: true,
		},
		push: {from: '--push', situation: {push: true}, value: true},
		smokeTest: {from: '--no-smoke-test', situation: {smokeTest: false}, value: false},
	};

describe('facts', () => {
	test.each(Object.entries(suppliers))(
		'%s is supplied by what it should be',
		async (name, {words, situation, value}) => {
			const {facts} = await found(words ?? '', situation);
			expect(facts[name as keyof Facts]).toEqual(value);
		},
	);

	test('there is no fact that no rule reads', async () => {
		const read = new Set<string | symbol>();
		for (const [, , words, situation] of cases) {
			const {settings, facts} = await found(words, situation);
			const watched = new Proxy(facts, {
				get(all, name) {
					read.add(name);
					return Reflect.get(all, name);
				},
			});
			judgeSettings(settings, watched);
		}
		expect(read).toEqual(new Set(Object.keys(suppliers)));
	});

	test('what cannot be found out is unknown, and breaks nothing', async () => {
		const {facts, findings} = await found('USER_DATA=missing.yaml BFB_FILE=missing.bfb CANVOS_REF=237ae34', {
			docker: '{',
		});
		expect(facts).toMatchObject({userData: 'unknown', kubernetesVersions: 'unknown', firmwareBytes: {}});
		expect(findings.map(({id}) => id)).not.toContain('S15');
	});

	test('a user-data pipe is refused, not waited for', async () => {
		const {findings} = await found('USER_DATA=/dev/null');
		expect(findings.find(({id}) => id === 'S15')?.message).toBe('/dev/null, line 1, column 1: it is no ordinary file');
	});
});

test('a missing Kubernetes version names the nearest ones', () => {
	const versions = {kubeadm: ['1.33.3', '1.33.10', '1.33.5', '1.34.2']};
	const settings = settingsOf('BUILDER=canvos', 'K8S_VERSION=1.33.4');
	const [refused] = judgeSettings(settings, factsWith({kubernetesVersions: versions}));
	expect(refused?.hint).toBe('The nearest it has: 1.33.10, 1.33.5, 1.33.3.');
});

test.each([
	['main', 'v4.10.0-rc.2', undefined],
	['main', 'unknown', undefined],
	['v4.11.0', 'unknown', undefined],
	['rc-4.4', 'v4.4.0', 'CanvOS rc-4.4, which is of v4.4.0, is older than v4.5.3'],
	['next', 'v5.0.0-rc.1', 'CanvOS next, which is of v5.0.0-rc.1, is of a generation'],
	// What the tag says counts: some Earthfiles name another version than their own.
	['v4.5.3', 'v4.5.2', undefined],
])('of releases, %s with PE_VERSION %s is judged by what it is', (canvosRef, earthfilePeVersion, words) => {
	const settings = settingsOf('BUILDER=canvos', `CANVOS_REF=${canvosRef}`);
	const found = judgeSettings(settings, factsWith({earthfilePeVersion})).find(({id}) => id === 'S21');
	if (words === undefined) expect(found).toBeUndefined();
	else expect(found?.message).toContain(words);
});

test('of arguments those that the release has are nothing to tell, those of other releases have no effect', () => {
	const settings = settingsOf('BUILDER=canvos', 'CANVOS_ARGUMENTS=OUR_OWN=x MY_ORG=y AURORABOOT_VERSION=z');
	const found = (earthfileArguments: string[]) =>
		judgeSettings(settings, factsWith({earthfileArguments})).filter(({id}) => id === 'S19');
	expect(found(['OUR_OWN', 'MY_ORG', 'AURORABOOT_VERSION'])).toEqual([]);
	expect(found(['OUR_OWN', 'MY_ORG'])).toMatchObject([
		{severity: 'warning', message: expect.stringMatching(/^AURORABOOT_VERSION has no effect/)},
	]);
	expect(found(['OUR_OWNS', 'MY_ORG'])).toMatchObject([
		{severity: 'error', hint: 'Did you mean OUR_OWNS? Else leave it out.'},
	]);
});

describe('versions', () => {
	test.each([
		['v4.8.10', 'v4.8.9', 1],
		['v4.8.10', '4.8.10', 0],
		['v4.10.0-rc.2', 'v4.10.0', -1],
		['v4.10.0-rc.10', 'v4.10.0-rc.2', 1],
		['1.9', '1.10', -1],
	])('%s against %s', (a, b, sign) => {
		expect(Math.sign(compareVersions(a, b))).toBe(sign);
		expect(Math.sign(compareVersions(b, a))).toBe(sign === 0 ? 0 : -sign);
	});

	test('a branch compares with nothing', () => {
		expect(compareVersions('main', 'v4.8.10')).toBeNaN();
	});

	test.each([
		['v4.8.10', 'v3.5.9', 'v4.8.10'],
		['v4.9.0', 'v4.0.3', 'v4.9.7'],
		['v4.10.0', 'v4.0.4', 'v4.9.21'],
	])('CanvOS %s is on Kairos %s and calls itself %s', (ref, kairos, peVersion) => {
		expect(canvosLine(ref)?.kairos).toBe(kairos);
		expect(knownPeVersion(ref)).toBe(peVersion);
	});

	test('of later releases nothing is claimed', () => {
		expect(knownPeVersion('v5.0.0')).toBeUndefined();
		expect(knownPeVersion('237ae34')).toBeUndefined();
	});

	test.each([
		['3.2.1', '6.8.0-60-generic', 'works'],
		['3.2.1', '6.14.0-24-generic', 'does not work'],
		['3.2.1', '6.1.0-40-cloud-amd64', 'untested'],
	])('DOCA %s with kernel %s %s', (doca, kernel, status) => {
		expect(kernelStatus(doca, kernel)).toBe(status);
	});
});
