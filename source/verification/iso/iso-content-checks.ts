import type {CheckResult, Verdict} from '../../pipeline/events.ts';
import {formatBytes} from '../../text/bytes.ts';
import type {IsoExpectations} from './iso-expectations.ts';
import type {IsoEntry} from './iso-folders.ts';
import type {Iso, NotAnIso} from './read-iso.ts';
import {whyNotByBios, whyNotByUefi} from './system-area.ts';

type Expected = IsoExpectations & {grubConfigs: readonly string[]; userDataPaths: readonly string[]};

type Check = {
	id: string;
	title: string;
	why: string;
	hint: string;
	verdictOn(iso: Iso, expected: Expected): {verdict: Verdict; detail?: string; hint?: string};
};

/** The verdicts about what is inside an ISO; one that can't be read fails all of them, each with the reason. */
export const isoContentChecks = (image: Iso | NotAnIso, expected: Expected): CheckResult[] =>
	checks.map(({id, title, why, hint, verdictOn}) => {
		const judgement =
			'problem' in image
				? {verdict: 'fail' as const, detail: `the ISO cannot be read: ${image.problem}`}
				: verdictOn(image, expected);
		const {verdict, detail, hint: special} = judgement as ReturnType<Check['verdictOn']>;
		return {id, title, why, verdict, detail, ...(verdict !== 'pass' && verdict !== 'skip' && {hint: special ?? hint})};
	});

const again = 'Build the ISO again; if it stays, see the end of the build log.';

const checks: readonly Check[] = [
	{
		id: 'iso-whole',
		title: 'ISO is whole',
		why: 'A disk that ran full leaves an image that boots and then fails.',
		hint: 'Free some space and build again.',
		verdictOn: ({volumeBytes, fileBytes}) =>
			volumeBytes > 0 && volumeBytes <= fileBytes
				? {verdict: 'pass'}
				: {verdict: 'fail', detail: `the volume has ${volumeBytes} bytes, the file ${fileBytes}`},
	},
	{
		id: 'iso-volume',
		title: 'Volume id',
		why: 'The live system looks for its own medium by this label.',
		hint: again,
		verdictOn: ({volumeId}) =>
			volumeId === 'COS_LIVE'
				? {verdict: 'pass', detail: volumeId}
				: {verdict: 'fail', detail: `${volumeId || 'none'}, not COS_LIVE`},
	},
	{
		id: 'iso-boot-bios',
		title: 'Boots with BIOS',
		why: 'Older machines and most virtual ones start this way.',
		hint: again,
		verdictOn: ({boot}, {arch}) =>
			arch === 'arm64' ? {verdict: 'skip', detail: 'arm64 has no BIOS'} : bootEntry(boot, 'bios'),
	},
	{
		id: 'iso-boot-uefi',
		title: 'Boots with UEFI',
		why: 'Servers start this way.',
		hint: again,
		verdictOn: ({boot}) => bootEntry(boot, 'uefi'),
	},
	{
		id: 'iso-stick-bios',
		title: 'Boots with BIOS from a stick',
		why: 'A stick has no El Torito entries: BIOS runs the code in its first sector.',
		hint: 'The tool that packs the ISO left the boot record away; written to a stick it starts nothing.',
		verdictOn: ({stick}, {arch}) =>
			arch === 'arm64' ? {verdict: 'skip', detail: 'arm64 has no BIOS'} : unless(whyNotByBios(stick)),
	},
	{
		id: 'iso-stick-uefi',
		title: 'Boots with UEFI from a stick',
		why: 'On a stick UEFI looks for an EFI system partition.',
		hint: 'The tool that packs the ISO left the partition away; written to a stick it starts nothing.',
		verdictOn: ({stick}) => unless(whyNotByUefi(stick)),
	},
	...(['/boot/kernel', '/boot/initrd'] as const).map(
		(path): Check => ({
			id: `iso${path.replaceAll('/', '-')}`,
			title: path,
			why: 'The boot menu starts it by this name.',
			hint: again,
			verdictOn: ({entries, fileBytes}) => present(entries.get(path), fileBytes),
		}),
	),
	{
		id: 'iso-rootfs',
		title: '/rootfs.squashfs',
		why: 'It is the whole live system.',
		hint: again,
		verdictOn({entries, contents, fileBytes}) {
			const found = present(entries.get('/rootfs.squashfs'), fileBytes);
			if (found.verdict !== 'pass') return found;
			const magic = Buffer.from(contents.get('/rootfs.squashfs') ?? []).toString('latin1');
			return magic === 'hsqs' ? found : {verdict: 'fail', detail: 'it is not a squashfs'};
		},
	},
	{
		id: 'iso-menu',
		title: 'Boot menu',
		why: 'Without the Palette entries the machine would start another installer, or none.',
		hint: 'Some releases of the ISO tool lose the menu: choose another CanvOS release.',
		verdictOn({contents}, {menu, grubConfigs}) {
			const texts = grubConfigs.flatMap(path => textOf(contents.get(path)) ?? []);
			if (texts.length === 0) return {verdict: 'fail', detail: `${grubConfigs[0]} is missing`};
			const text = texts.find(candidate => candidate.includes('menuentry')) ?? '';
			if (text.includes('{{DEFAULT_ENTRY}}')) return {verdict: 'fail', detail: '{{DEFAULT_ENTRY}} was not replaced'};
			const missing = menu.filter(title => !hasEntry(text, title));
			return missing.length === 0
				? {verdict: 'pass', detail: `${menu.length} entries`}
				: {verdict: 'fail', detail: `missing: ${missing.join(', ')}`};
		},
	},
	{
		id: 'iso-user-data',
		title: 'User data',
		why: 'With it the machine registers by itself; with a token in it the ISO is a secret.',
		hint: 'The file named by USER_DATA did not get into the ISO: see the build log.',
		verdictOn({contents}, {userData, userDataPaths}) {
			const path = userDataPaths.find(candidate => contents.has(candidate));
			if (path === undefined) {
				return userData
					? {verdict: 'fail', detail: `${userDataPaths[0]} is missing`}
					: {verdict: 'pass', detail: userData === false ? 'none, as asked for' : 'none'};
			}
			if (/^\s*["']?edgeHostToken["']?\s*:/m.test(textOf(contents.get(path)) ?? '')) {
				return {
					verdict: 'warn',
					detail: `${path} holds an edgeHostToken: whoever has this ISO can register hosts`,
					hint: 'Keep the ISO where only you can read it, and let the token expire.',
				};
			}
			return userData === false
				? {
						verdict: 'warn',
						detail: `${path} is there although none was asked for`,
						hint: 'Look for a file user-data in the source tree.',
					}
				: {verdict: 'pass', detail: path};
		},
	},
];

const bootEntry = (boot: Iso['boot'], platform: 'bios' | 'uefi') =>
	boot.some(entry => entry.platform === platform && entry.bootable)
		? {verdict: 'pass' as const}
		: {verdict: 'fail' as const, detail: `no bootable El Torito entry for ${platform.toUpperCase()}`};

const unless = (problem: string | undefined) =>
	problem === undefined ? {verdict: 'pass' as const} : {verdict: 'fail' as const, detail: problem};

function present(entry: IsoEntry | undefined, fileBytes: number): {verdict: Verdict; detail: string} {
	if (entry?.kind !== 'file') return {verdict: 'fail', detail: 'missing'};
	if (entry.bytes === 0) return {verdict: 'fail', detail: 'empty'};
	if (entry.extents.some(({at, bytes}) => at + bytes > fileBytes))
		return {verdict: 'fail', detail: 'reaches past the end of the ISO'};
	return {verdict: 'pass', detail: formatBytes(entry.bytes)};
}

const textOf = (bytes: Uint8Array | undefined) =>
	bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8');

// A rehearsal adds its own word after the title, so a title ends where the quote or something but "(manual)" follows.
const hasEntry = (text: string, title: string) =>
	text.split('\n').some(line => {
		const [, found = ''] = /^\s*menuentry\s+["']([^"']*)["']/.exec(line) ?? [];
		return found.startsWith(title) && !found.slice(title.length).startsWith(' (manual)');
	});
