import {packageProgress} from '../../builders/rehearsal/apt-progress.ts';
import {FixableError} from '../../errors.ts';
import type {Host} from '../../host/host.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import type {MakeReady} from '../../pipeline/step.ts';
import {applyFixes} from './apply-fixes.ts';
import {commandOf, type Fix, fixesOf, lineForRoot, purposeOf} from './fixes.ts';

/** What a run wants to change on this machine before it can go on. */
export type Proposal = {purpose: string; commands: readonly Fix[]};

/** Who may agree to changes of this machine, and how. */
export type Person = {
	/** Undefined where nobody can be asked, and nobody agreed beforehand. */
	agrees?(proposal: Proposal, signal: AbortSignal): Promise<boolean>;
	/** Lends the terminal, so that sudo can ask for a password; undefined where there is none. */
	lend?(work: () => Promise<void>): Promise<void>;
};

/**
 * Makes this machine ready for a run: changes what checks found wrong and a command can mend, with the person's consent.
 * @returns what a run calls with its checks; it resolves with true when they should be made again.
 */
export function readiness(host: Host, {agrees, lend}: Person): MakeReady {
	return async (results, {report, signal}) => {
		const fixes = fixesFor(results);
		if (fixes.length === 0) return false;
		const commands = fixes.map(fix => commandOf(fix, host));
		const purpose = purposeOf(fixes);
		const isAgreed = await agrees?.({purpose, commands}, signal);
		signal.throwIfAborted();
		if (!isAgreed) throw notReady(results, fixes, host);
		report.note(`This machine is not ready; going to ${purpose}:`);
		for (const command of commands) report.note(`$ ${command.join(' ')}`);
		const progress = packageProgress(report);
		const work = (onTerminal: boolean) =>
			applyFixes(
				{
					host,
					onTerminal,
					signal,
					note: report.note,
					onLines(text, stream) {
						report.log({stream, text});
						progress(text);
					},
				},
				fixes,
			);
		if (lend && (await wantsPassword(host))) await lend(() => work(true));
		else await work(false);
		report.note('That is done; checking this machine again.');
		return true;
	};
}

/**
 * The commands that make a machine ready after these checks; none when it is, and none when something would stand in the
 * way all the same: nothing is changed in vain.
 */
export function fixesFor(results: readonly CheckResult[]): Fix[] {
	const failed = results.filter(({verdict}) => verdict === 'fail');
	return failed.length > 0 && failed.every(({fix}) => fix !== undefined) ? fixesOf(results) : [];
}

/** Whether sudo would ask for a password. */
export async function wantsPassword(host: Host): Promise<boolean> {
	if (host.machine.user.uid === 0 || (await host.which('sudo')) === undefined) return false;
	return host.run({program: 'sudo', args: ['-n', 'true'], what: 'Asking sudo', timeoutMs: 10_000}).then(
		() => false,
		() => true,
	);
}

function notReady(results: readonly CheckResult[], fixes: readonly Fix[], host: Host): FixableError {
	const failed = results.filter(({verdict}) => verdict === 'fail');
	const named = failed.map(({title, detail}) => (detail ? `${title} (${detail})` : title)).join('; ');
	const who = host.machine.user.uid === 0 ? 'Run' : 'As root, run';
	return new FixableError('host-not-ready', `This machine is not ready: ${named}`, {
		hint: `Say --yes to ${purposeOf(fixes)} first. Or do it yourself. ${who}: ${lineForRoot(fixes)}`,
		exit: 'host',
	});
}
