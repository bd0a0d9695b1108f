import {builderOf} from '../../builders/choose-builder.ts';
import {wholeRun} from '../../pipeline/step.ts';
import type {Settings} from '../../settings/settings.ts';
import {hostChecks, purposeOf as purposeOfRun} from '../../steps/check-host.ts';
import type {HostReadiness} from '../actions.ts';
import type {Invocation} from '../invocation.ts';
import {commandOf, lineForRoot, purposeOf} from './fixes.ts';
import {fixesFor} from './make-ready.ts';

/** What stands between this machine and a build with these settings, and what would mend it. */
export async function hostReadiness(
	invocation: Invocation,
	settings: Settings,
	signal: AbortSignal,
): Promise<HostReadiness> {
	const {host, workspace} = invocation;
	const results = await hostChecks(builderOf(settings), {
		host,
		workspace,
		settings,
		signal,
		...purposeOfRun(wholeRun),
	});
	const failed = results.filter(({verdict}) => verdict === 'fail');
	const fixes = fixesFor(results);
	if (fixes.length === 0) return {failed};
	const hasRights = host.machine.user.uid === 0 || (await host.which('sudo')) !== undefined;
	return {
		failed,
		mending: {
			purpose: purposeOf(fixes),
			commands: fixes.map(fix => commandOf(fix, host)),
			lineForRoot: lineForRoot(fixes),
			hasRights,
		},
	};
}
