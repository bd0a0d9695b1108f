import {describe, expect, test} from 'vitest';
import {nameChecks} from '../../source/firmware/name-checks.ts';
import {wantedFirmware} from '../../source/firmware/wanted-files.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {shownUrl} from '../../source/text/urls.ts';
import {settingsWith} from './context.ts';

const wanted = (changes: Partial<Settings> = {}) => wantedFirmware(settingsWith(changes));

describe('wanted firmware', () => {
	test('of an edge appliance: host package and bundle, from NVIDIA', () => {
		expect(wanted().map(({kind, urls}) => [kind, urls])).toEqual([
			[
				'doca-host',
				['https://www.mellanox.com/downloads/DOCA/DOCA_v3.2.1/host/doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb'],
			],
			[
				'bfb',
				['https://content.mellanox.com/BlueField/BFBs/Ubuntu24.04/bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb'],
			],
		]);
	});

	test('of a standard image: none', () => expect(wanted({edgeAppliance: false})).toEqual([]));
	test('in URL mode: none, the build fetches it', () => expect(wanted({firmware: 'url'})).toEqual([]));
	test('with DOCA from the repository: the bundle only', () =>
		expect(wanted({docaSource: 'repository'}).map(({kind}) => kind)).toEqual(['bfb']));

	test("an address of the person's own comes before NVIDIA's", () =>
		expect(wanted({bfbUrl: 'https://mirror.example/x.bfb'})[1]?.urls).toEqual([
			'https://mirror.example/x.bfb',
			'https://content.mellanox.com/BlueField/BFBs/Ubuntu24.04/bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb',
		]));

	test("a rehearsal's stand-in is nowhere else to be had", () =>
		expect(wanted({builder: 'rehearsal', bfbUrl: 'http://127.0.0.1:1/t/x.bfb'})[1]).toMatchObject({
			urls: ['http://127.0.0.1:1/t/x.bfb'],
			rehearsal: true,
		}));

	test('a path is a local file; nothing is fetched for it', () =>
		expect(wanted({bfbFile: '/srv/firmware/my.bfb'})[1]).toMatchObject({
			name: 'my.bfb',
			urls: [],
			local: '/srv/firmware/my.bfb',
		}));

	test('a URL given outright is left to the build', () =>
		expect(wanted({bfbFile: 'https://mirror.example/my.bfb'}).map(({kind}) => kind)).toEqual(['doca-host']));

	test('without a name it is the last part of the address, without its query', () =>
		expect(wanted({bfbName: '', bfbUrl: 'https://mirror.example/a/my.bfb?token=x'})[1]?.name).toBe('my.bfb'));
});

describe('names', () => {
	const verdicts = (changes: Partial<Settings>) =>
		Object.fromEntries(nameChecks(wanted(changes), settingsWith(changes)).map(({id, verdict}) => [id, verdict]));

	test('that fit pass, and the missing checksum is told', () =>
		expect(verdicts({})).toEqual({
			'firmware-host-package': 'pass',
			'firmware-versions': 'pass',
			'firmware-arm-system': 'pass',
			'firmware-source-doca-host': 'warn',
			'firmware-source-bfb': 'warn',
			'firmware-licence': 'pass',
		}));

	test.each([
		['a host package of another Ubuntu fails (D07)', {osVersion: '22.04'}, 'firmware-host-package', 'fail'],
		['a host package of another architecture fails (D07)', {arch: 'arm64'}, 'firmware-host-package', 'fail'],
		[
			'a bundle of another DOCA release is told (D09)',
			{bfbName: 'bf-bundle-3.3.0-202_26.01_ubuntu-24.04_64k_prod.bfb'},
			'firmware-versions',
			'warn',
		],
		[
			'another system on the Arm cores is told (D10)',
			{bfbName: 'bf-bundle-3.2.1-34_25.11_ubuntu-22.04_prod.bfb'},
			'firmware-arm-system',
			'warn',
		],
		[
			'a firmware-only bundle has none',
			{bfbName: 'bf-fwbundle-3.2.1-34_25.11-prod.bfb'},
			'firmware-arm-system',
			'skip',
		],
		['a name of no known form is told', {bfbName: 'mine.bfb'}, 'firmware-versions', 'warn'],
		['with a checksum and https the source is fine (D35)', {bfbSha256: 'a'.repeat(64)}, 'firmware-source-bfb', 'pass'],
		[
			'plain http is told even with a checksum (D35)',
			{bfbSha256: 'a'.repeat(64), bfbUrl: 'http://mirror.example/x.bfb'},
			'firmware-source-bfb',
			'warn',
		],
	] as const)('%s', (_, changes, id, verdict) => expect(verdicts(changes)[id]).toBe(verdict));

	test('credentials in an address are told and not shown', () => {
		const changes = {bfbUrl: 'https://builder:hunter22@mirror.example/x.bfb'};
		const told = JSON.stringify(nameChecks(wanted(changes), settingsWith(changes)));
		expect(told).toContain('carries a user name or password');
		expect(told).not.toContain('hunter22');
		expect(told).not.toContain('builder:');
	});

	test('a rehearsal has no licence to respect', () => expect(verdicts({builder: 'rehearsal'})).toEqual({}));
});

test.each([
	['https://u:p@h.example:8443/a/b.bfb?X-Sig=1#f', 'https://h.example:8443/a/b.bfb?…'],
	['https://h.example/a', 'https://h.example/a'],
	['not a url', '(not a URL)'],
])('%s is shown as %s', (address, shown) => expect(shownUrl(address)).toBe(shown));
