import type {CheckResult} from '../../pipeline/events.ts';
import type {DemoWriter} from './demo-writer.ts';

const hostChecks: readonly Omit<CheckResult, 'id'>[] = [
	{title: 'git is installed', verdict: 'pass', detail: '2.43.0'},
	{title: 'Docker daemon answers', verdict: 'pass', detail: '28.1.1'},
	{title: 'Docker is new enough', verdict: 'pass', detail: '28.1.1'},
	{title: 'Docker starts privileged containers', verdict: 'pass'},
	{title: 'Free space where Docker keeps its data', verdict: 'pass', detail: '162 GB at /var/lib/docker'},
	{title: 'Memory for builds', verdict: 'pass', detail: '32 GB'},
	{title: 'Registry logins reach the build', verdict: 'pass', detail: 'registry.example.com as demo'},
	{title: 'QEMU', verdict: 'pass', detail: '8.2.2'},
	{
		title: 'Virtualisation (KVM)',
		verdict: 'warn',
		detail: 'this machine has none; the VM is emulated, which takes about ten times as long',
		why: 'The smoke test boots the ISO in a VM.',
		hint: 'Switch on nested virtualisation in the hypervisor that this machine runs in.',
	},
	{title: 'Memory for the VM', verdict: 'pass', detail: '27 GB free'},
];

/** The machine is checked, the firmware downloaded, the source tree prepared. */
export function demoBeginning(demo: DemoWriter, {doca, bfb}: {doca: string; bfb: string}) {
	demo.start('check-host');
	for (const [number, result] of hostChecks.entries()) {
		demo.wait(number === 3 ? 1900 : 120).check('check-host', {id: `demo-${number}`, ...result});
	}
	demo.done('check-host').wait(40);

	demo.start('fetch-firmware');
	demo.load = {cpu: 0.17, memory: 0.22, fills: 11e6};
	demo
		.note('fetch-firmware', `${doca} is not here yet: 582 MB`)
		.download(`${doca} from repo.example.com`, 582e6, 11.4e6)
		.note('fetch-firmware', `sha256 of ${doca} agrees with firmware.lock.yaml`)
		.note('fetch-firmware', `${bfb} is not here yet: 1.5 GB`)
		.download(`${bfb} from repo.example.com`, 1514e6, 11.9e6)
		.note('fetch-firmware', `sha256 of ${bfb} agrees with firmware.lock.yaml`)
		.done('fetch-firmware');

	demo.load = {cpu: 0.2, memory: 0.23, fills: 0};
	demo
		.start('prepare-source')
		.lines('prepare-source', 900, [
			'CanvOS v4.8.10, as it was released',
			'Dockerfile: the overlay’s fragment is in it',
			'Earthfile: 2 edits of 2 fit',
			'edge-builder/files: 9 files, nodeprep among them',
			'Firmware linked into the tree, nothing copied',
			'.arg: 31 arguments',
		])
		.done('prepare-source');
}
