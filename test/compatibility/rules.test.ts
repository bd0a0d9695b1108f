import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {canvosLine, knownPeVersion} from '../../source/compatibility/canvos-releases.ts';
import {type Facts, judge, judgeChoice, rules} from '../../source/compatibility/index.ts';
import {kernelStatus} from '../../source/compatibility/kernels.ts';
import {edgeBindMounts, readUserData} from '../../source/compatibility/user-data.ts';
import {compareVersions} from '../../source/compatibility/versions.ts';
import {argumentLayer} from '../../source/settings/layer-sources.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {debianMachine, settingsOf} from '../settings/settings-of.ts';

type Case = [id: string, severity: 'error' | 'warning' | 'info', words: string, facts?: Facts];

const goodUserData = `#cloud-config
stylus: {site: {paletteEndpoint: api.spectrocloud.com, edgeHostToken: secret}}
install:
  bind_mounts: [${edgeBindMounts.join(', ')}]
  grub_options: {extra_cmdline: "intel_iommu=on iommu=pt"}
stages:
  initramfs:
    - users: {me: {groups: [admin], ssh_authorized_keys: [x]}}
`;

const cases: readonly Case[] = [
	['D01', 'error', 'OS_DISTRIBUTION=opensuse-leap'],
	['D02', 'error', 'OS_VERSION=20'],
	['D02', 'error', 'OS_VERSION=22.10 EDGE_APPLIANCE=no'],
	['D03', 'error', 'ARCH=arm64'],
	['D04', 'error', 'IS_UKI=true'],
	['D05', 'error', 'UPDATE_KERNEL=true'],
	['D06', 'error', 'UPDATE_KERNEL=true FIPS_ENABLED=true EDGE_APPLIANCE=false'],
	['D07', 'error', 'OS_VERSION=22.04 DOCA_DEB_NAME=doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb'],
	['D08', 'error', 'BFB_FILE=/srv/x.bfb', {firmwareBytes: {'/srv/x.bfb': 12_000_000}}],
	['D09', 'warning', 'DOCA_VERSION=3.3.0 BFB_NAME=bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb'],
	['D10', 'info', 'OS_VERSION=22.04'],
	['D11', 'warning', '', {secureBoot: true}],
	['D11', 'info', ''],
	['D15', 'warning', '', {kernel: '6.14.0-24-generic'}],
	['D15', 'info', 'OS_VERSION=24.04'],
	['D16', 'warning', 'K8S_DISTRIBUTION=k3s'],
	['D17', 'error', '', {kubernetesVersions: {kubeadm: ['1.33.5', '1.33.6', '1.32.1']}}],
	['D17', 'error', 'CANVOS_REF=v4.8.8'],
	['D18', 'warning', 'PE_VERSION=v4.9.0'],
	['D18', 'info', 'CANVOS_REF=v4.9.0'],
	['D19', 'warning', '', {agentVersion: 'v4.7.2'}],
	['D20', 'warning', 'CANVOS_REF=main BUNDLE_K8S_AND_AGENT_PROVIDER=false'],
	['D21', 'error', `CUSTOM_TAG=${'x'.repeat(95)}`],
	['D23', 'warning', ''],
	['D24', 'warning', 'IMAGE_REGISTRY=ghcr.io/acme', {push: true, dockerAuths: []}],
	['D25', 'error', '', {freeDiskGb: 12}],
	['D25', 'warning', '', {freeDiskGb: 200, dockerFreeDiskGb: 80}],
	['D27', 'warning', 'RUNNER=upstream-script HTTPS_PROXY=http://proxy:3128'],
	['D28', 'warning', '', {userData: goodUserData.replace('/etc/lldpd.d, ', '')}],
	['D29', 'warning', 'NUMVF_EW=8', {userData: goodUserData.replace('iommu=pt', '')}],
	['D29', 'warning', 'NUMVF_NS=1'],
	['D30', 'warning', '', {userData: goodUserData}],
	['D31', 'info', '', {userData: goodUserData.replace('edgeHostToken', 'name')}],
	['D32', 'warning', '', {userData: goodUserData.replace('admin', 'other')}],
	['D33', 'info', ''],
	['D34', 'warning', '', {targetDiskGb: 30}],
	['D35', 'warning', 'FIRMWARE=url'],
	['D35', 'warning', 'BFB_URL=http://example.com/x.bfb'],
	['D35', 'warning', 'BFB_URL=https://me:word@example.com/x.bfb'],
	['D35', 'info', ''],
	['D36', 'info', ''],
	['D38', 'warning', '', {smokeTest: true, kvm: false}],
	['D40', 'warning', 'FORCE_INTERACTIVE_INSTALL=true CANVOS_REF=v4.8.5 K8S_VERSION=1.33.5'],
	['S01', 'error', 'OS_DISTRIBUTION=debian OS_VERSION=12'],
	['S02', 'error', 'OS_DISTRIBUTION=rhel EDGE_APPLIANCE=false'],
	['S03', 'error', 'BUILDER=rehearsal OS_DISTRIBUTION=ubuntu', {machine: debianMachine}],
	['S04', 'error', 'BUILDER=rehearsal OS_VERSION=13', {machine: debianMachine}],
	['S05', 'error', 'BUILDER=rehearsal ARCH=arm64', {machine: debianMachine}],
	['S06', 'error', 'DOCA_VERSION=latest BFB_NAME=own.bfb'],
	['S07', 'error', 'DOCA_VERSION=3.4.0'],
	['S08', 'error', 'DOCA_VERSION=3.9.9 DOCA_SOURCE=repository'],
	['S09', 'error', 'FIRMWARE=url DOCA_DEB_URL='],
	['S10', 'warning', 'BFB_FW=32.47.2682'],
	['S11', 'error', 'RUNNER=remote'],
	['S12', 'error', 'RUNNER=remote BUILDKIT_HOSTS=tcp://builder.lan:8372'],
	['S13', 'warning', 'RUNNER=remote BUILDKIT_HOSTS=tcp://builder.lan:8372 BUILDKIT_INSECURE=true'],
	['S14', 'error', 'UBUNTU_PRO_ATTACH=true'],
	['S15', 'error', '', {userData: 'stylus: {}'}],
];

const canvos = (words: string) => settingsOf('BUILDER=canvos', ...words.split(' ').filter(Boolean));

describe('each rule finds what it is about', () => {
	test.each(cases)('%s as %s: %s', (id, severity, words, facts) => {
		const found = judge(canvos(words), facts ?? {}).find(finding => finding.id === id);
		expect(found).toMatchObject({
			severity,
			message: expect.stringMatching(/.{10}/),
			hint: expect.stringMatching(/\.$/),
		});
	});

	test('no rule is without a case', () => {
		expect(new Set(cases.map(([id]) => id))).toEqual(new Set(rules.map(({id}) => id)));
	});

	test('reasons are sentences, messages are not', () => {
		for (const {why} of rules) expect(why).toMatch(/^([A-Z]|nodeprep).*\.$/);
		for (const [, , words, facts] of cases) {
			for (const {message} of judge(canvos(words), facts ?? {})) expect(message).not.toMatch(/\.$/);
		}
	});
});

describe('what is right is left alone', () => {
	const everythingKnown: Facts = {
		machine: debianMachine,
		kubernetesVersions: {kubeadm: ['1.34.2']},
		earthfilePeVersion: 'v4.8.10',
		agentVersion: 'v4.8.10',
		kernel: '6.8.0-60-generic',
		freeDiskGb: 500,
		dockerFreeDiskGb: 500,
		targetDiskGb: 200,
		dockerAuths: ['ghcr.io'],
		userData: goodUserData,
		kvm: true,
		push: true,
		smokeTest: true,
		secureBoot: false,
	};

	test('an edge appliance as the requirements have it gives no error and only the warning about its token', () => {
		const findings = judge(canvos('IMAGE_REGISTRY=ghcr.io/acme NUMVF_EW=8'), everythingKnown);
		expect(findings.filter(({severity}) => severity !== 'info').map(({id}) => id)).toEqual(['D30']);
	});

	test('a rehearsal gives no finding at all', () => {
		expect(judge(settingsOf(), everythingKnown)).toEqual([]);
	});

	test('errors come first', () => {
		const order = judge(canvos('ARCH=arm64 OS_VERSION=22.04'), {}).map(({severity}) => severity);
		expect(order).toEqual(
			order.toSorted((a, b) => ['error', 'warning', 'info'].indexOf(a) - ['error', 'warning', 'info'].indexOf(b)),
		);
		expect(order[0]).toBe('error');
	});
});

test('a missing Kubernetes version names the nearest ones', () => {
	const [found] = judge(canvos('K8S_VERSION=1.33.4'), {
		kubernetesVersions: {kubeadm: ['1.33.3', '1.33.10', '1.33.5', '1.34.2']},
	});
	expect(found?.hint).toBe('The nearest it has: 1.33.10, 1.33.5, 1.33.3.');
});

describe('a choice', () => {
	const settle = (key: keyof Settings, value: string) =>
		resolveSettings({layers: [argumentLayer(['BUILDER=canvos', `${key}=${value}`])], machine: debianMachine}).settings;

	test('that would not build is refused with its reason', () => {
		const refused = judgeChoice('osDistribution', 'sles', settle, {facts: {}, settled: () => true});
		expect(refused).toMatchObject({id: 'D01', why: expect.stringContaining('Ubuntu')});
	});

	test('is not refused because of a question that is still to come', () => {
		expect(
			judgeChoice('osDistribution', 'opensuse-leap', settle, {facts: {}, settled: key => key === 'builder'}),
		).toBeUndefined();
	});

	test('brings what follows from it along', () => {
		expect(judgeChoice('osVersion', '22.04', settle, {facts: {}, settled: () => true})).toBeUndefined();
	});
});

describe('user-data', () => {
	test('that is not YAML, or something else, is said to be so and never throws', () => {
		expect(readUserData('#cloud-config\na: [').problem).toBeDefined();
		expect(readUserData('').problem).toMatch(/first line/);
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void readUserData(`#cloud-config\n${text}`)));
	});

	test('is read without keeping its secrets', () => {
		const read = readUserData(goodUserData);
		expect(read).toMatchObject({hasToken: true, centralManagement: true, hasAdmin: true, bindMounts: edgeBindMounts});
		expect(JSON.stringify(read)).not.toContain('secret');
	});
});

describe('versions', () => {
	test.each([
		['v4.8.10', 'v4.8.9', 1],
		['v4.8.10', '4.8.10', 0],
		['v4.10.0-rc.2', 'v4.10.0', -1],
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
