import type {
	PipelineEvent,
	PipelineEventBody,
	PlannedStep,
	RunHeader,
	StepId,
	StepOutcome,
} from '../../source/pipeline/events.ts';

/** Writes an event stream by hand: `new EventList().runStarted().wait(100).stepStarted('check-host')…`. */
export class EventList {
	readonly events: PipelineEvent[] = [];
	#now: number;

	constructor(startsAt = Date.UTC(2026, 10, 22, 9, 30)) {
		this.#now = startsAt;
	}

	/** Lets time pass before the next event. */
	wait(milliseconds: number) {
		this.#now += milliseconds;
		return this;
	}

	add(body: PipelineEventBody) {
		this.events.push({seq: this.events.length + 1, at: this.#now, ...body});
		return this;
	}

	runStarted(run: Partial<RunHeader> = {}, plan: readonly PlannedStep[] = wholePlan) {
		return this.add({type: 'run-started', run: {...rehearsalHeader, ...run}, plan, settings: {}});
	}

	stepStarted(step: StepId) {
		return this.add({type: 'step-started', step});
	}

	log(step: StepId, text: string) {
		return this.add({type: 'log', step, chunk: {stream: 'out', text}});
	}

	stepFinished(step: StepId, outcome: StepOutcome = {kind: 'done'}) {
		return this.add({type: 'step-finished', step, outcome});
	}

	/** A whole step that prints these lines and ends well after a while. */
	step(step: StepId, durationMs: number, lines: readonly string[] = []) {
		this.stepStarted(step);
		for (const text of lines) this.wait(durationMs / (lines.length + 1)).log(step, text);
		return this.wait(durationMs / (lines.length + 1)).stepFinished(step);
	}

	skipped(step: StepId, reason: string) {
		return this.stepFinished(step, {kind: 'skipped', reason});
	}
}

export const rehearsalHeader: RunHeader = {
	runId: '2026-11-22T09-30-00-rehearsal',
	preset: 'rehearsal',
	builder: 'rehearsal',
	rehearsal: true,
	version: '0.1.0',
	workspace: '/home/ada/edge',
	folder: '/home/ada/edge/build/runs/2026-11-22T09-30-00-rehearsal',
	imageReference: 'localhost/ubuntu:k3s-1.34.2-v4.8.10-rehearsal',
	isoName: 'palette-edge-installer-rehearsal.iso',
};

const planned = (id: StepId, title: string, done: string, after: readonly StepId[] = []): PlannedStep => ({
	id,
	title,
	done,
	after,
});

export const wholePlan: readonly PlannedStep[] = [
	planned('check-host', 'Checking this machine', 'Machine checked'),
	planned('fetch-firmware', 'Fetching firmware', 'Firmware fetched', ['check-host']),
	planned('prepare-source', 'Preparing source tree', 'Source tree prepared', ['check-host']),
	planned('provider-image', 'Building provider image', 'Provider image built', ['fetch-firmware', 'prepare-source']),
	planned('installer-iso', 'Building installer ISO', 'Installer ISO built', ['provider-image']),
	planned('collect', 'Collecting artifacts', 'Artifacts collected', ['installer-iso']),
	planned('verify-image', 'Verifying provider image', 'Provider image verified', ['collect']),
	planned('verify-iso', 'Verifying installer ISO', 'Installer ISO verified', ['collect']),
	planned('smoke-test', 'Booting the ISO', 'ISO booted', ['verify-iso']),
	{...planned('push', 'Pushing provider image', 'Provider image pushed', ['smoke-test']), skip: 'not asked for'},
	planned('profile', 'Writing the profile', 'Profile written', ['push']),
];

const host = (list: EventList, cpu: number, memory: number, free: number) =>
	list.add({
		type: 'host',
		cpu,
		memory,
		disks: [{path: '/home/ada/edge', freeBytes: free * 1024 ** 3, totalBytes: 120 * 1024 ** 3}],
	});

const downloaded = (list: EventList) => {
	const total = 64 * 1024 ** 2;
	list.stepStarted('fetch-firmware').stepStarted('prepare-source');
	for (let part = 1; part <= 16; part++) {
		const rate = (9 + 5 * Math.sin(part * 1.3)) * 1024 ** 2;
		list.wait(1050).add({
			type: 'step-progress',
			step: 'fetch-firmware',
			progress: {done: (total / 16) * part, total, unit: 'bytes', rate, label: 'bf-bundle-3.1.0-stand-in.bfb'},
		});
		if (part === 3) list.log('prepare-source', 'Staged overlay: 14 files').stepFinished('prepare-source');
	}
	return list.log('fetch-firmware', 'sha256 agrees with firmware.lock.yaml').stepFinished('fetch-firmware');
};

const imageLines = [
	'STEP 1/9: FROM edge-builder-rehearsal-base:6f1c',
	'STEP 2/9: RUN --mount=type=bind,source=edge-builder/steps,target=/steps /steps/packages.sh',
	'Reading package lists...',
	'Setting up doca-all (3.1.0-stand-in) ...',
	'Setting up mlnx-ofed-kernel-dkms (25.07-stand-in) ...',
	'Building module: mlx5_core for 6.1.0-28-cloud-amd64',
	'DKMS: install completed.',
];

/** A rehearsal up to the middle of its provider image, with a build tree, a download behind it and gauges. */
export const eventsDuringBuild = (): EventList => {
	const list = new EventList().runStarted().stepStarted('check-host');
	for (const [index, title] of ['Free disk space', 'buildah', 'squashfs-tools', 'QEMU', 'KVM'].entries()) {
		list.wait(60).add({
			type: 'check',
			step: 'check-host',
			result: {
				id: `host-${index}`,
				title,
				verdict: title === 'KVM' ? 'warn' : 'pass',
				detail: title === 'KVM' ? 'not usable; the VM will be emulated, about 10 times slower' : undefined,
			},
		});
	}
	host(downloaded(list.wait(100).stepFinished('check-host')), 0.34, 0.41, 38);
	list.wait(300).stepStarted('provider-image');
	const targets = [
		['base', '+base-image', undefined],
		['base/1', 'FROM edge-builder-rehearsal-base', 'base'],
		['base/2', 'RUN /steps/packages.sh', 'base'],
		['provider', '+provider-image', undefined],
	] as const;
	for (const [id, name, parent] of targets) {
		list.wait(900).add({
			type: 'build-node',
			step: 'provider-image',
			node: {
				id,
				name,
				parent,
				kind: parent === undefined ? 'target' : 'command',
				state: id === 'base/1' ? 'done' : id === 'provider' ? 'waiting' : 'running',
				cached: id === 'base/1',
				source: 'Earthfile:17',
				startedAt: list.events.at(-1)?.at,
			},
		});
	}
	for (const text of imageLines) list.wait(1400).log('provider-image', text);
	list.wait(1000).add({
		type: 'step-progress',
		step: 'provider-image',
		progress: {done: 2, total: 9, unit: 'items'},
	});
	return host(list.wait(1000), 0.87, 0.56, 36);
};

/** The same to its end, with a VM that boots. */
export const eventsToTheEnd = (): EventList => {
	const list = eventsDuringBuild()
		.wait(20_000)
		.stepFinished('provider-image')
		.step('installer-iso', 31_000, ['Making squashfs', 'xorriso : UPDATE : 100% done'])
		.step('collect', 800)
		.add({
			type: 'artifact',
			step: 'collect',
			artifact: {
				kind: 'installer-iso',
				ref: '/home/ada/edge/build/palette-edge-installer-rehearsal.iso',
				bytes: 412 * 1024 ** 2,
			},
		})
		.step('verify-image', 4200)
		.step('verify-iso', 900)
		.stepStarted('smoke-test');
	for (const text of [
		'GNU GRUB  version 2.06\r\n',
		'\u001b[2J\u001b[H\u001b[1mWelcome to the REHEARSAL\u001b[0m\r\n',
		'login: ',
	]) {
		list.wait(5000).add({type: 'log', step: 'smoke-test', chunk: {stream: 'serial', text}});
	}
	host(list.log('smoke-test', 'The guest answered 23 of 23 checks'), 0.99, 0.6, 35);
	return list
		.wait(2000)
		.stepFinished('smoke-test')
		.skipped('push', 'not asked for')
		.step('profile', 20)
		.add({type: 'run-finished', outcome: 'passed'});
};

/** A rehearsal whose provider image fails. */
export const eventsOfFailure = (): EventList =>
	eventsDuringBuild()
		.wait(2000)
		.log('provider-image', 'Error! Bad return status for module build on kernel: 6.1.0-28-cloud-amd64')
		.stepFinished('provider-image', {
			kind: 'failed',
			failure: {
				code: 'dkms-build',
				message: 'The kernel module could not be compiled for kernel 6.1.0-28-cloud-amd64',
				hint: 'Install the headers of that kernel, or choose a kernel that this DOCA release supports.',
				log: '/home/ada/edge/build/runs/2026-11-22T09-30-00-rehearsal/logs/provider-image.log',
				lastLines: ['make[1]: *** [Makefile:12: modules] Error 2', 'Error! Bad return status'],
				source: 'Dockerfile:31',
			},
		})
		.skipped('installer-iso', 'a step before it failed')
		.add({type: 'run-finished', outcome: 'failed'});
