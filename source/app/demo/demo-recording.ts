import {canvosBuilder} from '../../builders/canvos/canvos-builder.ts';
import type {PipelineEvent} from '../../pipeline/events.ts';
import {planOf} from '../../pipeline/plan.ts';
import {wholeRun} from '../../pipeline/step.ts';
import {hostPackageName} from '../../settings/doca-releases.ts';
import {resolveSettings} from '../../settings/layers.ts';
import {outputNames} from '../../settings/output-names.ts';
import {publicSettings} from '../../settings/secrets.ts';
import {catalogue} from '../../steps/index.ts';
import {expectations} from '../../verification/expectations/index.ts';
import {demoBeginning} from './demo-beginning.ts';
import {demoBoot} from './demo-boot.ts';
import {demoImage} from './demo-image.ts';
import {DemoWriter} from './demo-writer.ts';

const workspace = '/home/demo/edge';

const answers = {
	builder: 'canvos',
	edgeAppliance: true,
	osDistribution: 'ubuntu',
	osVersion: '24.04',
	k8sDistribution: 'kubeadm',
	k8sVersion: '1.34.2',
	peVersion: 'v4.8.10',
	imageRegistry: 'registry.example.com/edge',
	customTag: 'demo',
} as const;

/**
 * The events of a build of an edge appliance, 40 minutes long, that was never made: written, not recorded, with the steps
 * and checks that this release has.
 */
export function demoEvents(version: string): PipelineEvent[] {
	const machine = {osId: 'ubuntu', osVersion: '24.04', arch: 'amd64'} as const;
	const {settings} = resolveSettings({layers: [{kind: 'answer', answers}], machine});
	const names = outputNames(settings);
	const iso = `${workspace}/build/${names.isoFile}`;
	const demo = new DemoWriter(Date.UTC(2026, 0, 15, 9, 30));
	const verified = (step: 'verify-image' | 'smoke-test', where: 'image' | 'live', overMs: number) => {
		const expected = expectations(settings, names, where);
		for (const {id, title, why, hint} of expected) {
			demo.wait(overMs / expected.length).check(step, {id, title, verdict: 'pass', why, hint});
		}
	};

	demo.add({
		type: 'run-started',
		run: {
			runId: 'demo',
			preset: 'edge-appliance',
			builder: 'canvos',
			rehearsal: false,
			version,
			workspace,
			folder: `${workspace}/build/runs/demo`,
			imageReference: names.providerImage,
			isoName: names.isoFile,
		},
		plan: planOf(catalogue(canvosBuilder), {settings, options: wholeRun}),
		settings: publicSettings(settings),
	});
	const {docaVersion, osDistribution, osVersion, arch} = settings;
	demoBeginning(demo, {doca: hostPackageName(docaVersion, osDistribution, osVersion, arch), bfb: names.bfbFile});
	demoImage(demo);
	demo
		.add({
			type: 'artifact',
			step: 'provider-image',
			artifact: {kind: 'provider-image', ref: names.providerImage, bytes: 7.1e9},
		})
		.wait(300);

	demo.load = {cpu: 0.93, memory: 0.33, fills: 21e6};
	demo
		.start('installer-iso')
		.lines(
			'installer-iso',
			260_000,
			percents(50, percent => `mksquashfs: ${percent}% of rootfs.squashfs`),
			'+build-iso',
		)
		.lines(
			'installer-iso',
			40_000,
			percents(10, percent => `xorriso : UPDATE : ${percent}% done`),
			'+build-iso',
		)
		.done('installer-iso');
	demo.load = {cpu: 0.31, memory: 0.28, fills: 0};
	demo
		.start('collect')
		.wait(14_000)
		.add({type: 'artifact', step: 'collect', artifact: {kind: 'installer-iso', ref: iso, bytes: 4.2e9}})
		.add({type: 'artifact', step: 'collect', artifact: {kind: 'checksum', ref: `${iso}.sha256`}})
		.done('collect');

	demo.start('verify-image').start('verify-iso');
	for (const [id, title, detail] of isoChecks) {
		demo.wait(1300).check('verify-iso', {id, title, verdict: 'pass', detail});
	}
	demo.done('verify-iso');
	verified('verify-image', 'image', 22_000);
	demo.done('verify-image');
	demoBoot(demo);
	verified('smoke-test', 'live', 9000);
	demo.done('smoke-test');
	return demo
		.add({type: 'step-finished', step: 'push', outcome: {kind: 'skipped', reason: 'not asked for'}})
		.start('profile')
		.wait(60)
		.add({
			type: 'artifact',
			step: 'profile',
			artifact: {kind: 'profile', ref: `${workspace}/build/${names.profileFile}`},
		})
		.done('profile')
		.wait(200)
		.add({type: 'run-finished', outcome: 'passed'}).events;
}

const isoChecks = [
	['iso-whole', 'ISO is whole', '4.2 GB'],
	['iso-volume', 'Volume id', 'COS_LIVE'],
	['iso-bios', 'Boots with BIOS', undefined],
	['iso-uefi', 'Boots with UEFI', undefined],
	['iso-rootfs', '/rootfs.squashfs', '3.0 GB'],
	['iso-menu', 'Boot menu', '3 entries'],
	['iso-user-data', 'User data', 'none: nodes ask for it at installation'],
] as const;

const percents = (count: number, say: (percent: number) => string) =>
	Array.from({length: count}, (_, index) => say(Math.round(((index + 1) / count) * 100)));
