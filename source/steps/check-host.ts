import type {Builder} from '../builders/builder.ts';
import {qemuChecks} from '../machine/checks.ts';
import type {CheckResult} from '../pipeline/events.ts';
import type {Step, StepContext} from '../pipeline/step.ts';
import {failOnFailedChecks} from './failed-checks.ts';

/** Everything that can be found wrong with this machine before minutes are spent. */
export const checkHost = (builder: Builder): Step => ({
	id: 'check-host',
	title: 'Checking this machine',
	done: 'Machine checked',
	after: [],
	exit: 'host',
	async run(c) {
		const results = await hostChecks(builder, {
			...c,
			smokeTest: c.options.smokeTest && c.options.only !== 'provider-image',
			push: c.options.push,
		});
		for (const result of results) c.report.check(result);
		failOnFailedChecks(results, {
			code: 'host-not-ready',
			what: 'This machine is not ready',
			hint: '`edge-builder doctor --fix` installs what is missing, after asking.',
		});
		return undefined;
	},
});

type CheckContext = Pick<StepContext, 'settings' | 'host' | 'workspace'> & {
	signal?: AbortSignal;
	smokeTest: boolean;
	push?: boolean;
	onResult?(result: CheckResult): void;
};

/** The checks of a builder and, where the ISO will be booted, of QEMU; for `doctor` and for the first step. */
export const hostChecks = async (builder: Builder, {onResult, ...c}: CheckContext): Promise<CheckResult[]> => {
	const tell = async (checking: Promise<CheckResult[]>) => {
		const results = await checking;
		for (const result of results) onResult?.(result);
		return results;
	};
	const groups = [
		tell(builder.hostChecks(c)),
		...(c.smokeTest ? [tell(qemuChecks(c.host, c.settings, c.signal))] : []),
	];
	return (await Promise.all(groups)).flat();
};
