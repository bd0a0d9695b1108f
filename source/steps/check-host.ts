import type {Builder} from '../builders/builder.ts';
import {qemuChecks} from '../machine/qemu-checks.ts';
import {ownCommand} from '../own-command.ts';
import type {CheckResult, StepId} from '../pipeline/events.ts';
import {endOnFailedChecks} from '../pipeline/report-checks.ts';
import type {RunOptions, Step, StepContext} from '../pipeline/step.ts';
import {kernelOf} from '../verification/iso/extract-kernel.ts';
import {collectedPaths, neededIso} from './collect-artifacts.ts';

const about = {
	id: 'check-host',
	title: 'Checking this machine',
	done: 'Machine checked',
	after: [],
	exit: 'host',
} as const satisfies Omit<Step, 'run'>;

/** Everything that can be found wrong with this machine before minutes are spent. */
export const checkHost = (builder: Builder): Step => ({
	...about,
	async run(c) {
		const purpose = purposeOf(c.options);
		// This machine is not to be changed for a smoke test that has nothing to boot.
		if (purpose.smokeTest && !purpose.build) await neededIso(c);
		return requireReady(c, () => hostChecks(builder, {...c, ...purpose, iso: collectedPaths(c).iso}));
	},
});

/** The same for a machine that is only to boot this ISO (an absolute path). */
export const checkHostFor = (iso: string): Step => ({
	...about,
	run: c => requireReady(c, () => qemuChecks(c.host, c.settings, {kernel: kernelOf(c.host, iso), signal: c.signal})),
});

async function requireReady(c: StepContext, makeChecks: () => Promise<CheckResult[]>): Promise<undefined> {
	const check = async () => {
		const results = await makeChecks();
		for (const result of results) c.report.check(result);
		return results;
	};
	let results = await check();
	if (await c.makeReady(results, c)) results = await check();
	endOnFailedChecks(results, {
		code: 'host-not-ready',
		what: 'This machine is not ready',
		hint: `What a command can mend, ${ownCommand('doctor --fix')} does, after asking.`,
	});
}

/** What a run with these options will do with this machine. */
export function purposeOf({steps, smokeTest, only, push}: RunOptions) {
	const runs = (id: StepId) => steps === undefined || steps.includes(id);
	return {
		build: runs('provider-image') || runs('installer-iso'),
		looksIntoImages: runs('verify-image') || runs('provider-image'),
		smokeTest: smokeTest && only !== 'provider-image' && runs('smoke-test'),
		push,
	};
}

type CheckContext = Pick<StepContext, 'settings' | 'host' | 'workspace'> & {
	signal?: AbortSignal;
	/** Whether an image or an ISO will be made. */
	build: boolean;
	/** Whether a container of an image will be made, to look into it. */
	looksIntoImages: boolean;
	smokeTest: boolean;
	push?: boolean;
	/** An ISO of an earlier build, if it is there: its kernel tells more of KVM than firmware does. */
	iso?: string;
	onResult?(result: CheckResult): void;
};

/** The checks of a builder and, where the ISO will be booted, of QEMU; for `doctor` and for the first step. */
export async function hostChecks(builder: Builder, {onResult, ...c}: CheckContext): Promise<CheckResult[]> {
	const tell = async (checking: Promise<CheckResult[]>) => {
		const results = await checking;
		for (const result of results) onResult?.(result);
		return results;
	};
	const groups = [
		...(c.build || c.looksIntoImages ? [tell(builder.hostChecks(c))] : []),
		...(c.smokeTest
			? [
					tell(
						qemuChecks(c.host, c.settings, {
							kernel: c.iso === undefined ? undefined : kernelOf(c.host, c.iso),
							signal: c.signal,
						}),
					),
				]
			: []),
	];
	return (await Promise.all(groups)).flat();
}
