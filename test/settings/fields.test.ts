import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {groups} from '../../source/settings/field-types.ts';
import {fieldList, fields, keyOfName} from '../../source/settings/fields.ts';
import {debianMachine, settingsOf} from './settings-of.ts';

const problemOf = (key: keyof typeof fields, text: string) => {
	const parsed = fields[key].parse(text);
	return 'problem' in parsed ? parsed.problem : undefined;
};

const digits = '0a'.repeat(32);

describe('the table', () => {
	test.each(fieldList.map(field => [field.key, field] as const))('%s explains itself', (_key, field) => {
		expect(field.question).toMatch(/\?$/);
		for (const text of Object.values(field.help)) expect(text.length).toBeGreaterThan(1);
		expect(field.group in groups).toBe(true);
		for (const spelled of [field.key, field.name, field.flag]) expect(keyOfName(spelled)).toBe(field.key);
	});

	test('no two settings share a name', () => {
		const names = fieldList.flatMap(({key, name, flag, aliases = []}) => [...new Set([key, name, flag]), ...aliases]);
		expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
	});

	test.each([
		'builder=rehearsal',
		'builder=canvos',
		'builder=canvos osDistribution=sles',
		'builder=canvos docaVersion=3.4.0',
	])('every default is a value that the setting itself takes (%s)', words => {
		const settings = settingsOf(...words.split(' '));
		for (const field of fieldList)
			expect(field.parse(String(settings[field.key]))).toMatchObject({value: settings[field.key]});
	});

	test('every choice can be chosen', () => {
		for (const field of fieldList) {
			for (const {value} of field.choices ?? []) expect(field.parse(String(value))).toEqual({value});
		}
	});
});

describe('names as upstream writes them', () => {
	test.each([
		['k8sVersion', 'K8S_VERSION', 'k8s-version'],
		['bundleK8sAndAgentProvider', 'BUNDLE_K8S_AND_AGENT_PROVIDER', 'bundle-k8s-and-agent-provider'],
		['docaDebSha256', 'DOCA_DEB_SHA256', 'doca-deb-sha256'],
		['clusterconfig', 'CLUSTERCONFIG', 'clusterconfig'],
		['numvfEw', 'NUMVF_EW', 'numvf-ew'],
	] as const)('%s is %s and --%s', (key, name, flag) => {
		expect(fields[key]).toMatchObject({name, flag});
	});
});

describe('values', () => {
	test.each([
		['k8sVersion', '1;id'],
		['k8sVersion', ''],
		['k8sVersion', '1.34'],
		['imageRegistry', 'https://ghcr.io'],
		['imageRegistry', 'ghcr.io/'],
		['imageRegistry', 'ghcr.io/Acme'],
		['imageRepo', '/ubuntu'],
		['imageRepo', 'Ubuntu'],
		// Docker takes one dot, one or two underscores, or any number of dashes between letters and digits.
		['imageRepo', 'edge..1'],
		['imageRepo', 'edge._1'],
		['imageRegistry', 'ghcr.io/acme..edge'],
		['customTag', ''],
		['customTag', '-demo'],
		['customTag', 'demo$(id)'],
		['isoName', 'x.iso'],
		['isoName', '../x'],
		['isoName', 'edge..1'],
		['isoName', 'edge.'],
		['clusterconfig', '../spc.tgz'],
		['clusterconfig', '/etc/passwd'],
		['canvosSource', 'ext::sh -c id'],
		['canvosSource', '--upload-pack=id'],
		['canvosSource', 'https://me:word@example.com/CanvOS.git'],
		['canvosRef', '--help'],
		['canvosRef', 'a..b'],
		['peVersion', '4.8.10'],
		['buildkitHosts', 'tcp://localhost:8372'],
		['buildkitHosts', 'tcp://127.0.0.1:8372'],
		['buildkitHosts', 'localhost'],
		['buildkitHosts', 'https://builder:8372'],
		['docaDebUrl', 'ftp://example.com/x.deb'],
		['docaDebFile', 'HTTP://example.com/x.deb'],
		['bfbName', 'folder/x.bfb'],
		['bfbName', 'x.deb'],
		['bfbSha256', 'abc'],
		['bfbSha256', `sha512:${'0a'.repeat(32)}`],
		['bfbSha256', `${'0a'.repeat(32)}b`],
		['bfbSha256', `${'0a'.repeat(32)}  one.bfb\n${'0b'.repeat(32)}  two.bfb`],
		['numvfEw', '256'],
		['numvfEw', '-1'],
		['memory', '2 GBs'],
		['edgeAppliance', 'maybe'],
		['linktypeEw', '3'],
		['httpProxy', "http://proxy:3128/'"],
		['httpProxy', 'socks5://proxy:3128'],
		['userData', 'a\nb'],
		['branding', 'Acme $(id)'],
	] as const)('%s refuses %j', (key, text) => {
		expect(problemOf(key, text)).toBeDefined();
	});

	test.each([
		['imageRegistry', 'registry.local:5000/edge'],
		['imageRegistry', 'localhost'],
		['imageRepo', 'edge/ubuntu_24'],
		['imageRepo', 'edge__a--b.c'],
		['imageRepo', 'opensuse-leap-15.4'],
		// Pipelines put version and date into the name.
		['isoName', 'palette-edge-1.33.4-20260701'],
		['customTag', '0.1-rc_2'],
		['canvosSource', 'git@github.com:acme/CanvOS.git'],
		['canvosSource', '/srv/my clones/CanvOS'],
		['canvosRef', '237ae34'],
		['canvosRef', 'release/4.8'],
		['docaVersion', 'latest-3.2-LTS'],
		['docaDebFile', 'https://example.com/x.deb?token=a&b=c'],
		['bfbFile', '/srv/firmware/x.bfb'],
		['buildkitHosts', 'tcp://one.lan:8372,tcp://two.lan:8372'],
		['registryMirrors', 'docker.io=mirror.example.com:5000,quay.io=mirror.example.com/quay'],
		['noProxy', '10.0.0.0/8,.example.com,*.local,localhost,::1,[fd00::1]'],
		['httpProxy', 'http://me:w%40rd@proxy:3128'],
		['userData', '/srv/my files/user-data'],
		['branding', 'Acme Edge'],
	] as const)('%s takes %j', (key, text) => {
		expect(fields[key].parse(text)).toEqual({value: text});
	});

	test.each([
		['edgeAppliance', 'YES', true],
		['edgeAppliance', '0', false],
		['k8sVersion', 'v1.34.2', '1.34.2'],
		['k8sDistribution', 'Kubeadm', 'kubeadm'],
		['noProxy', 'a, b,', 'a,b'],
		['buildkitHosts', 'one.lan, two.lan:9000', 'tcp://one.lan:8372,tcp://two.lan:9000'],
		['httpProxy', 'proxy:3128', 'http://proxy:3128'],
		['memory', ' 2048 ', 2048],
		['canvosSource', 'file:///srv/my%20clones/CanvOS', '/srv/my clones/CanvOS'],
		['arch', 'x86_64', 'amd64'],
		['arch', 'aarch64', 'arm64'],
		// GitHub, registries, sha256sum for text and for binary files, and BSD write it so.
		['bfbSha256', `sha256:${digits}`, digits],
		['bfbSha256', `SHA256:${digits.toUpperCase()}`, digits],
		['bfbSha256', `${digits}  bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb`, digits],
		['docaDebSha256', `${digits} *doca-host.deb\n`, digits],
		['docaDebSha256', `SHA256 (doca-host.deb) = ${digits}`, digits],
	] as const)('%s understands %j', (key, text, value) => {
		expect(fields[key].parse(text)).toMatchObject({value});
	});

	test.each(['opensuse', 'openSUSE', 'leap', 'suse'])('%s is not guessed, and told what CanvOS calls it', text => {
		expect(fields.osDistribution.parse(text)).toMatchObject({hint: expect.stringContaining('opensuse-leap')});
	});

	test('a complaint never repeats a secret', () => {
		expect(JSON.stringify(fields.ubuntuProKey.parse('C1234 secret'))).not.toContain('secret');
		expect(JSON.stringify(fields.httpProxy.parse('socks5://me:secret@proxy:3128'))).not.toContain('secret');
		expect(JSON.stringify(fields.canvosSource.parse('https://me:secret@example.com/x.git'))).not.toContain('secret');
	});

	test('parsing never throws, and what it gives back is taken again', () => {
		const anyField = fc.constantFrom(...fieldList);
		fc.assert(
			fc.property(anyField, fc.oneof(fc.string(), fc.string({unit: 'binary'})), (field, text) => {
				const parsed = field.parse(text);
				if (!('value' in parsed)) return true;
				const again = field.parse(String(parsed.value));
				return 'value' in again && again.value === parsed.value;
			}),
			{numRuns: 500},
		);
	});
});

describe('the operating system version', () => {
	test.each([
		['OS_DISTRIBUTION=ubuntu', 'OS_VERSION=22', '22.04'],
		['OS_DISTRIBUTION=ubuntu', 'OS_VERSION=noble', '24.04'],
		['OS_DISTRIBUTION=debian', 'OS_VERSION=bookworm', '12'],
		['OS_DISTRIBUTION=rhel', 'OS_VERSION=9', '9'],
	])('%s %s becomes %s', (distribution, version, expected) => {
		expect(settingsOf('BUILDER=canvos', distribution, version).osVersion).toBe(expected);
	});

	test.each(['OS_VERSION=bookworm', 'OS_VERSION=lts'])('%s is no Ubuntu', version => {
		expect(() => settingsOf('BUILDER=canvos', version)).toThrow(/release/);
	});
});

test('a rehearsal is of this machine', () => {
	const {osDistribution, osVersion, arch} = settingsOf();
	expect({osId: osDistribution, osVersion, arch}).toEqual(debianMachine);
});

// Symptom: a tag with a blank was told to use "letters, digits and . _ - / : @ % …", of which a tag can hold but few.
test('a text that is refused for a character is told what this setting may hold', () => {
	expect(fields.customTag.parse('My tag')).toMatchObject({
		problem: expect.stringContaining('a blank'),
		hint: 'Lower-case letters, digits, and . _ - after the first character.',
	});
});
