import {basename} from 'node:path';
import type {Host} from '../../host/host.ts';
import {ownCommand} from '../../own-command.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import {formatBytes} from '../../text/bytes.ts';
import {isoContentChecks} from './iso-content-checks.ts';
import {expectedOfFound, type IsoExpectations} from './iso-expectations.ts';
import {type Iso, type NotAnIso, readIso} from './read-iso.ts';

export type IsoToVerify = {
	/** Absolute paths. */
	iso: string;
	checksum: string;
	/** Absent: what the ISO says of itself, and its checksum file may be missing. */
	expected?: IsoExpectations;
	signal?: AbortSignal;
	/** When the build of the ISO began, in milliseconds since the epoch; undefined when it was built by an earlier run. */
	builtAfter?: number;
	onProgress?(doneBytes: number, totalBytes: number): void;
};

/** Every check of the installer ISO and its checksum file; what cannot be looked at has failed. */
export async function checkIso(host: Host, wanted: IsoToVerify): Promise<CheckResult[]> {
	const info = await host.files.info(wanted.iso);
	if (info?.kind !== 'file') {
		return [
			{
				id: 'iso',
				title: 'Installer ISO',
				verdict: 'fail',
				detail: info ? `${wanted.iso} is not a file` : `${wanted.iso} is missing`,
				hint: wanted.expected ? `Build it: ${ownCommand('build --only installer-iso')}` : 'Check the path.',
			},
		];
	}
	const image = await readIso(host, wanted.iso, [
		...grubConfigs.map(path => ({path, bytes: 1024 * 1024})),
		{path: '/rootfs.squashfs', bytes: 4},
		{path: '/boot/kernel', bytes: 1024},
		...userDataPaths.map(path => ({path, bytes: 1024 * 1024})),
	]);
	// Nothing is known of a file that is no ISO, so there is one thing to say.
	if (!wanted.expected && 'problem' in image) return [unreadable(image)];
	const expected = wanted.expected ?? expectedOfFound(image, menuText(image));
	return [
		size(info.size, expected.rehearsal),
		await checksum(host, wanted, info.size),
		...(wanted.expected ? [freshness(info.changedAt, wanted.builtAfter)] : []),
		...isoContentChecks(image, {...expected, grubConfigs, userDataPaths}),
	];
}

const unreadable = ({problem}: NotAnIso): CheckResult => ({
	id: 'iso-whole',
	title: 'ISO is whole',
	verdict: 'fail',
	detail: `it cannot be read as an ISO: ${problem}`,
	hint: 'Check the path; if it is the right one, copy the file again.',
});

const menuText = (image: Iso | NotAnIso) =>
	'problem' in image
		? ''
		: grubConfigs.map(path => Buffer.from(image.contents.get(path) ?? []).toString('utf8')).join('\n');

// CanvOS and its boot menu use the first, grub-mkrescue the second.
const grubConfigs = ['/boot/grub2/grub.cfg', '/boot/grub/grub.cfg'];
const userDataPaths = ['/files-iso/config.yaml', '/config.yaml'];

const gigabyte = 1024 ** 3;

function size(bytes: number, rehearsal: boolean): CheckResult {
	const base = {
		id: 'iso',
		title: 'Installer ISO',
		why: 'A size far off the usual 4 GB means that something is missing or doubled.',
	};
	if (bytes === 0) return {...base, verdict: 'fail', detail: 'it is empty', hint: 'Build it again.'};
	if (!rehearsal && (bytes < gigabyte || bytes > 16 * gigabyte)) {
		return {
			...base,
			verdict: 'warn',
			detail: `${formatBytes(bytes)} is unusual`,
			hint: 'Look in the build log for what is missing or doubled.',
		};
	}
	const fat32 = bytes >= 4 * gigabyte ? '; too large for a file on FAT32, which some BMCs need' : '';
	return {...base, verdict: 'pass', detail: `${formatBytes(bytes)}${fat32}`};
}

async function checksum(
	host: Host,
	{iso, checksum: path, expected, signal, onProgress}: IsoToVerify,
	totalBytes: number,
): Promise<CheckResult> {
	const base = {id: 'iso-checksum', title: 'Checksum', why: 'Whoever copies the ISO checks it with `sha256sum -c`.'};
	const hint = expected ? 'Build the ISO again.' : 'Copy it again: the file is not the one that was summed.';
	const text = await host.files.readText(path);
	if (text === undefined) {
		const detail = `${basename(path)} is missing`;
		return expected ? {...base, verdict: 'fail', detail, hint} : {...base, verdict: 'skip', detail};
	}
	const match = /^([0-9a-f]{64})[ ][ *](\S.*)\n?$/.exec(text);
	if (!match) return {...base, verdict: 'fail', detail: `${basename(path)} is not one line of sha256sum`, hint};
	const [, written, name] = match;
	if (name !== basename(iso)) {
		return {...base, verdict: 'fail', detail: `${basename(path)} names ${name}, not ${basename(iso)}`, hint};
	}
	const actual = await host.files.sha256(iso, {signal, onProgress: done => onProgress?.(done, totalBytes)});
	return actual === written
		? {...base, verdict: 'pass', detail: `sha256 ${actual.slice(0, 12)}…`}
		: {...base, verdict: 'fail', detail: `sha256 of the ISO is ${actual}, ${basename(path)} says ${written}`, hint};
}

// Earthly gives each artifact the same modification time (2020-04-16), so only the time of the inode's change counts.
function freshness(changedAt: number, builtAfter: number | undefined): CheckResult {
	const base = {
		id: 'iso-fresh',
		title: 'ISO of this build',
		why: 'An ISO of an earlier build may lie in the same place.',
	};
	if (builtAfter === undefined) return {...base, verdict: 'skip', detail: 'not built in this run'};
	return changedAt >= builtAfter
		? {...base, verdict: 'pass'}
		: {
				...base,
				verdict: 'fail',
				detail: 'it is older than this build',
				hint: `Remove it (${ownCommand('clean')}) and build again.`,
			};
}
