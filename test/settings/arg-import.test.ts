import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {argFile} from '../../source/settings/arg-file.ts';
import {importArg} from '../../source/settings/arg-import.ts';
import {readArgLines} from '../../source/settings/arg-lines.ts';
import {declaredArguments} from '../../source/settings/canvos-arguments.ts';
import {fieldList} from '../../source/settings/fields.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import {debianMachine, settingsOf} from './settings-of.ts';

const imported = (text: string) => {
	const {layer, remarks, fromEnvironment} = importArg(text, '.arg');
	return {remarks, fromEnvironment, ...resolveSettings({layers: [layer], machine: debianMachine})};
};

const valuesIn = (text: string) => Object.fromEntries(readArgLines(text).lines.map(({name, value}) => [name, value]));

test('comments, export, quotes, references, empty values and line ends of Windows are read', () => {
	const text = [
		'\uFEFF# a comment',
		'export OS_DISTRIBUTION=ubuntu # the system',
		"IMAGE_REPO=${OS_DISTRIBUTION}/'edge'",
		'BRANDING="Acme $OS_DISTRIBUTION"',
		"CMDLINE='a=$b # c'",
		'HTTP_PROXY=',
		'  CUSTOM_TAG=one',
		'CUSTOM_TAG=two',
	].join('\r\n');
	expect(valuesIn(text)).toEqual({
		OS_DISTRIBUTION: 'ubuntu',
		IMAGE_REPO: 'ubuntu/edge',
		BRANDING: 'Acme ubuntu',
		CMDLINE: 'a=$b # c',
		HTTP_PROXY: '',
		CUSTOM_TAG: 'two',
	});
});

test('bash gives every line that is read the same value', () => {
	const part = fc.oneof(
		fc.stringMatching(/^[A-Za-z0-9._/:@%+,=-]{1,6}$/),
		fc.stringMatching(/^'[A-Za-z0-9 $#"]{0,6}'$/),
		fc.stringMatching(/^"[A-Za-z0-9 #']{0,6}"$/),
		fc.stringMatching(/^[a5~:;&|<>()$!*?{}^[\]-]{1,3}$/),
		fc.constantFrom('$FIRST', '${FIRST}', '"x $FIRST"'),
	);
	const line = fc.array(part, {maxLength: 3}).map(parts => parts.join(''));
	fc.assert(
		fc.property(line, line, (first, second) => {
			const text = `FIRST=base\nA=${first}\nexport B=${second} # rest\n`;
			const {lines, problems} = readArgLines(text);
			fc.pre(problems.length === 0);
			const said = execFileSync('bash', ['--norc', '-c', 'source <(cat); printf "%s\\0%s" "$A" "$B"'], {
				input: text,
				env: {PATH: process.env.PATH},
			}).toString();
			expect(said.split('\0')).toEqual([lines[1]?.value, lines[2]?.value]);
		}),
		{numRuns: 60},
	);
});

describe('what bash or Earthly would read otherwise', () => {
	test.each([
		['OS_VERSION=$(lsb_release -rs)', /has a command in it/],
		['OS_VERSION=`id`', /has a command in it/],
		['BRANDING=Acme Corporation', /bash would run what follows/],
		['BRANDING="Acme', /quote that is not closed/],
		['CUSTOM_TAG=${TAG:-demo}', /only bash knows/],
		['CMDLINE="a\\"b"', /backslash/],
		['BRANDING=Acme&Co', /a character that bash acts on/],
		['BRANDING=Acme;id', /a character that bash acts on/],
		['BRANDING=<Acme>', /a character that bash acts on/],
		['BRANDING=~/acme', /a character that bash acts on/],
		['BRANDING="Acme $5"', /only bash knows/],
		["BRANDING=$'Acme'", /only bash knows/],
	])('%s of a setting is refused with its line', (line, message) => {
		const {complaints} = imported(`ARCH=amd64\n${line}\n`);
		expect(complaints[0]).toMatchObject({place: '.arg line 2', message: expect.stringMatching(message)});
	});

	test('any other line is told and left out', () => {
		const {complaints, remarks} = imported('set -x\nFOO=$(id)\nIMAGE_REPO=$NOBODY/x\n');
		expect(complaints.map(({message}) => message)).toEqual([expect.stringContaining('not a repository')]);
		expect(remarks).toEqual(
			expect.arrayContaining([
				'Line 1 is not NAME=value; it is left out.',
				'FOO (line 2) has a command in it, which is not run here; it is left out.',
				'IMAGE_REPO (line 3) uses $NOBODY, which no line above gives: that counts as empty.',
			]),
		);
	});
});

test('keys without a setting are passed on where CanvOS knows them, and told where it does not', () => {
	const {settings, complaints, remarks} = imported(
		'IS_UKI=true\nMY_ORG="ACME Corporation"\nUKI_BRING_YOUR_OWN_KEYS=false\nMAAS_IMAGE_NAM=x\nIMAGE_TAG=y\nPATH=/tmp\n',
	);
	expect(complaints).toEqual([]);
	expect(settings.canvosArguments).toBe("MY_ORG='ACME Corporation' UKI_BRING_YOUR_OWN_KEYS=false");
	expect(argFile(settings)).toContain('IS_UKI=true\n');
	expect(argFile(settings)).toMatch(/^MY_ORG='ACME Corporation'\nUKI_BRING_YOUR_OWN_KEYS=false\n/m);
	const said = remarks.join('\n');
	expect(said).toContain(
		'no release of CanvOS has an argument "MAAS_IMAGE_NAM"; line 4 is left out. Did you mean MAAS_IMAGE_NAME?',
	);
	expect(said).toContain('IMAGE_TAG is worked out by CanvOS');
	expect(said).toContain('PATH would change CanvOS’s build script');
	expect(said).toContain('an edge appliance cannot be a unified kernel image');
});

test('a secret of a .arg is named, not kept', () => {
	const {layer, fromEnvironment, remarks} = importArg(
		'UBUNTU_PRO_KEY=C1234567\nHTTPS_PROXY=http://me:word@proxy:3128\nBASE_IMAGE_URL=https://me:word@host/x\n',
		'.arg',
	);
	expect(JSON.stringify([layer, remarks])).not.toMatch(/C1234567|word@/);
	expect(remarks.join('\n')).toContain('BASE_IMAGE_URL holds an address with a password');
	expect([...fromEnvironment]).toEqual([
		['ubuntuProKey', 'UBUNTU_PRO_KEY'],
		['httpsProxy', 'HTTPS_PROXY'],
	]);
});

test('what is written is read back as it was', () => {
	const settings = settingsOf(
		'BUILDER=canvos',
		'EDGE_APPLIANCE=false',
		'BRANDING=Acme Edge',
		'NO_PROXY=*.local',
		"CANVOS_ARGUMENTS=MY_ORG='Acme & Sons' KAIROS_VERSION=v3.5.9",
	);
	expect(imported(argFile(settings)).settings).toEqual(settings);
});

test('a key that an Earthfile declares and no list knows is passed on', () => {
	const earthfile = 'ARG SITE_LABEL=none\n\ntarget:\n    ARG --required SITE_CODE\n    RUN echo ARG NOT_THIS\n';
	expect(declaredArguments(earthfile)).toEqual(['SITE_LABEL', 'SITE_CODE']);
	const {layer, remarks} = importArg('SITE_CODE=7\nSITE_LABLE=x\n', '.arg', declaredArguments(earthfile));
	expect(layer.given).toContainEqual({name: 'canvosArguments', text: 'SITE_CODE=7', place: '.arg'});
	expect(remarks.join('\n')).toContain('Did you mean SITE_LABEL?');
});

describe('further arguments of CanvOS', () => {
	test.each([
		['ISO_NAME=x', /ISO_NAME has a setting of its own/],
		['IMAGE_PATH=x', /worked out/],
		['EARTHLY_VERSION=v0.8.15', /change CanvOS’s build script/],
		['MY_ORG', /not NAME=value/],
		['MY_ORG=', /no value/],
		['MY_ORG=a MY_ORG=b', /given twice/],
		['MY_ORG="it\'s"', /cannot carry|not NAME=value/],
		['PROXY_CERT_PATH=$(id)', /unquoted in a shell line/],
	])('%s is refused', (words, message) => {
		const {complaints} = resolveSettings({
			layers: [{kind: 'argument', given: [{name: 'CANVOS_ARGUMENTS', text: words, place: 'here'}]}],
			machine: debianMachine,
		});
		expect(complaints[0]?.message).toMatch(message);
	});

	test('every key of .arg is the name of its setting, so that none can be given twice', () => {
		expect(fieldList.filter(({arg, name}) => arg !== undefined && arg !== name)).toEqual([]);
	});
});

test('the files that people have say what the requirements ask of them', () => {
	const folder = join(import.meta.dirname, 'arg-files');
	const of = (name: string) => imported(readFileSync(join(folder, `${name}.arg`), 'utf8'));
	expect(of('ci-opensuse-dotted-iso')).toMatchObject({
		complaints: [],
		settings: {imageRepo: 'opensuse-leap-15.4', isoName: 'canvos-opensuse-leap-15.4-edge', edgeAppliance: false},
	});
	expect(of('gpu-rke2')).toMatchObject({complaints: [], settings: {k8sDistribution: 'rke2', k8sVersion: '1.34.6'}});
	expect(of('hybrid-node')).toMatchObject({
		complaints: [],
		settings: {k8sDistribution: 'nodeadm', k8sVersion: '1.30.0', osVersion: '22.04'},
	});
	expect(of('maas').settings.canvosArguments).toBe(
		'MAAS_IMAGE_NAME=kairos-ubuntu-maas PROXY_CERT_PATH=/etc/ssl/certs/corp.pem',
	);
	expect(
		of('hadron')
			.complaints.map(({hint}) => hint)
			.join(' '),
	).toContain('v4.10.0-rc.2');
	expect(of('trusted-boot')).toMatchObject({complaints: [], settings: {isUki: true}});
});
