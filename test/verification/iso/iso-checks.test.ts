import {createHash} from 'node:crypto';
import {truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Settings} from '../../../source/settings/settings.ts';
import {expectedOfFound, expectedOfSettings} from '../../../source/verification/iso/iso-expectations.ts';
import {checkIso, type IsoToVerify} from '../../../source/verification/iso/iso-file-checks.ts';
import {fakeHost} from '../../helpers/fake-host.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {settingsOf} from '../facts-of-good-image.ts';
import {tinyIso} from './hand-made-iso.ts';

const host = fakeHost();
const title = 'Palette eXtended Kubernetes Edge Installer';
const menu = `set default=0
menuentry "${title}" {
}
menuentry "${title} (manual)" {
}
menuentry "Palette Edge Interactive Installer" {
}
`;
const liveTree = {
	boot: {kernel: 'MZ kernel', initrd: 'initrd', grub2: {'grub.cfg': menu}},
	'rootfs.squashfs': 'hsqs and so on',
	'a folder': {'A-Long.Name_with several.dots': 'x'},
};

/** Verifies an image that lies with its checksum in a folder of the test. */
const verified = async (
	image: Buffer,
	change: Partial<IsoToVerify> & {settings?: Settings; rehearsal?: boolean; checksumText?: string} = {},
) => {
	const folder = temporaryFolder();
	const iso = join(folder, 'palette-edge-installer.iso');
	const checksum = `${iso}.sha256`;
	writeFileSync(iso, image);
	const sha256 = createHash('sha256').update(image).digest('hex');
	writeFileSync(checksum, change.checksumText ?? `${sha256}  palette-edge-installer.iso\n`);
	const {settings = settingsOf(), rehearsal = true, ...more} = change;
	const results = await checkIso(host, {iso, checksum, expected: expectedOfSettings(settings, rehearsal), ...more});
	return Object.fromEntries(results.map(result => [result.id, result]));
};
const complaints = (results: Awaited<ReturnType<typeof verified>>) =>
	Object.values(results)
		.filter(({verdict}) => verdict !== 'pass' && verdict !== 'skip')
		.map(({id, verdict}) => `${id} ${verdict}`);

test('a good ISO passes', async () => {
	const results = await verified(tinyIso(liveTree));
	expect(complaints(results)).toEqual([]);
	expect(Object.keys(results)).toHaveLength(14);
});

describe('what is wrong is found', () => {
	const {kernel: _, ...bootWithoutKernel} = liveTree.boot;
	test.each([
		['another volume id', tinyIso(liveTree, {volumeId: 'CDROM'}), 'iso-volume fail'],
		['no BIOS entry', tinyIso(liveTree, {boot: ['uefi']}), 'iso-boot-bios fail'],
		['no UEFI entry', tinyIso(liveTree, {boot: ['bios']}), 'iso-boot-uefi fail'],
		['no boot record for a stick', tinyIso(liveTree, {stick: []}), 'iso-stick-bios fail'],
		['a boot record without code', tinyIso(liveTree, {stick: ['uefi']}), 'iso-stick-bios fail'],
		['no EFI partition', tinyIso(liveTree, {stick: ['bios']}), 'iso-stick-uefi fail'],
		['no kernel', tinyIso({...liveTree, boot: bootWithoutKernel}), 'iso-boot-kernel fail'],
		['an empty initrd', tinyIso({...liveTree, boot: {...liveTree.boot, initrd: ''}}), 'iso-boot-initrd fail'],
		['a rootfs that is none', tinyIso({...liveTree, 'rootfs.squashfs': 'PK'}), 'iso-rootfs fail'],
		['no menu', tinyIso({...liveTree, boot: {kernel: 'k', initrd: 'i'}}), 'iso-menu fail'],
		['a menu of another installer', tinyIso(withMenu('menuentry "Kairos" {\n}\n')), 'iso-menu fail'],
		[
			'a default entry that was not filled in',
			tinyIso(withMenu(`set default={{DEFAULT_ENTRY}}\n${menu}`)),
			'iso-menu fail',
		],
		['no manual entry', tinyIso(withMenu(menu.replace(' (manual)', ''))), 'iso-menu fail'],
		[
			'user data nobody asked for',
			tinyIso({...liveTree, 'files-iso': {'config.yaml': '#cloud-config\n'}}),
			'iso-user-data warn',
		],
		['something that is no ISO', Buffer.from('hello'.repeat(10_000)), 'iso-whole fail'],
		['an empty file', Buffer.alloc(0), 'iso fail'],
	])('%s', async (_, image, expected) => {
		expect(complaints(await verified(image))).toContain(expected);
	});

	test('an ISO that was cut off', async () => {
		const folder = temporaryFolder();
		const iso = join(folder, 'x.iso');
		writeFileSync(iso, tinyIso({...liveTree, 'rootfs.squashfs': `hsqs${'x'.repeat(100_000)}`}));
		truncateSync(iso, 70_000);
		const expected = expectedOfSettings(settingsOf(), true);
		const results = await checkIso(host, {iso, checksum: `${iso}.sha256`, expected});
		expect(results.find(({id}) => id === 'iso-whole')?.verdict).toBe('fail');
		expect(results.find(({id}) => id === 'iso-checksum')).toMatchObject({
			verdict: 'fail',
			detail: 'x.iso.sha256 is missing',
		});
	});

	// The real menu was never recognised, so a rehearsal's size was called unusual.
	test.each([
		['menuentry "REHEARSAL: stand-ins instead of drivers and firmware" {\n}\n', true],
		['# A REHEARSAL\n', false],
	])('an ISO with %j in its menu is a rehearsal: %s', (text, rehearsal) => {
		expect(expectedOfFound({problem: ''}, text).rehearsal).toBe(rehearsal);
	});

	test('a missing ISO is one verdict', async () => {
		const expected = expectedOfSettings(settingsOf(), false);
		const results = await checkIso(host, {iso: '/nowhere/x.iso', checksum: '/nowhere/x', expected});
		expect(results).toMatchObject([{id: 'iso', verdict: 'fail', detail: '/nowhere/x.iso is missing'}]);
	});

	test.each([
		['another hash', `${'0'.repeat(64)}  palette-edge-installer.iso\n`, 'says 0000'],
		['another name', `${'0'.repeat(64)}  installer.iso\n`, 'names installer.iso'],
		['two lines', `${'0'.repeat(64)}  a\n${'0'.repeat(64)}  b\n`, 'is not one line'],
		['nothing', '', 'is not one line'],
	])('a checksum file with %s', async (_, checksumText, detail) => {
		const results = await verified(tinyIso(liveTree), {checksumText});
		expect(results['iso-checksum']).toMatchObject({verdict: 'fail', detail: expect.stringContaining(detail)});
	});

	test('an ISO of an earlier build', async () => {
		expect(complaints(await verified(tinyIso(liveTree), {builtAfter: Date.now() + 60_000}))).toEqual([
			'iso-fresh fail',
		]);
		expect(complaints(await verified(tinyIso(liveTree), {builtAfter: Date.now() - 60_000}))).toEqual([]);
	});

	test('a real ISO of a few kilobytes', async () => {
		expect((await verified(tinyIso(liveTree), {rehearsal: false})).iso).toMatchObject({verdict: 'warn'});
	});
});

describe('user data', () => {
	const settings = settingsOf({userData: 'user-data'});
	test('that was asked for must be there', async () => {
		expect(complaints(await verified(tinyIso(liveTree), {settings}))).toEqual(['iso-user-data fail']);
		const image = tinyIso({...liveTree, 'files-iso': {'config.yaml': '#cloud-config\nstylus:\n  site: {}\n'}});
		expect(complaints(await verified(image, {settings}))).toEqual([]);
	});

	test('with a token makes the ISO a secret, and the token is not shown', async () => {
		const data = '#cloud-config\nstylus:\n  site:\n    edgeHostToken: s3cret\n';
		const results = await verified(tinyIso({...liveTree, 'files-iso': {'config.yaml': data}}), {settings});
		expect(results['iso-user-data']?.verdict).toBe('warn');
		expect(JSON.stringify(results)).not.toContain('s3cret');
	});
});

test('releases before v4.8.8 have no interactive entry', async () => {
	const image = tinyIso(withMenu(menu.replace(/menuentry "Palette Edge Inter.*$/s, '')));
	expect(complaints(await verified(image, {settings: settingsOf({canvosRef: 'v4.8.5'})}))).toEqual([]);
	expect(complaints(await verified(image, {settings: settingsOf({canvosRef: 'v4.8.8'})}))).toEqual(['iso-menu fail']);
	expect(complaints(await verified(image, {settings: settingsOf({canvosRef: 'v4.10.0'})}))).toEqual(['iso-menu fail']);
});

test('a rehearsal says so in its titles, and they are still found', async () => {
	const image = tinyIso(withMenu(menu.replaceAll('" {', ' [REHEARSAL]" {')));
	expect(complaints(await verified(image))).toEqual([]);
});

function withMenu(text: string) {
	return {...liveTree, boot: {...liveTree.boot, grub2: {'grub.cfg': text}}};
}
