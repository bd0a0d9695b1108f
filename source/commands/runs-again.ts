import {askAtTerminal} from '../app/ask-for-value.ts';
import type {Invocation} from '../app/invocation.ts';
import {type LoadedSettings, loadStartSettings, machineFacts} from '../app/load-settings.ts';
import {requestOf, runIdOf} from '../app/past-runs.ts';
import {askedForIn} from '../app/run-again.ts';
import {runStepsPlainly} from '../app/run-steps.ts';
import {refuse} from '../app/settings-complaints.ts';
import {FixableError} from '../errors.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {PublicSettings} from '../pipeline/events.ts';
import type {RunOptions} from '../pipeline/step.ts';
import {fieldList} from '../settings/fields.ts';
import {masked} from '../text/credentials.ts';
import {type BuildFlags, buildWith} from './build.ts';

/** `edge-builder runs again ID`: what that run was asked for, as a new run. */
export async function runsAgain(invocation: Invocation, id: string, flags: BuildFlags): Promise<ExitCode> {
	const known = await runIdOf(invocation, id);
	const {
		preset,
		answers,
		layers,
		options: asked,
		steps,
	} = await askedForIn(invocation, machineFacts(invocation.host), known);
	const loaded = await loadStartSettings(
		invocation,
		{preset, layers: [{kind: 'answer', answers}, ...layers]},
		askAtTerminal(invocation),
	);
	const {settings: recorded} = await requestOf(invocation, known);
	refuseForgotten(recorded, loaded);
	const options: RunOptions = {
		...asked,
		only: flags.only,
		push: flags.push ?? asked.push,
		smokeTest: asked.smokeTest && flags.smokeTest !== false,
		fresh: flags.fresh ?? asked.fresh,
		yes: invocation.yes,
	};
	if (steps === undefined) return buildWith(invocation, {loaded, options});
	if (invocation.dryRun) {
		throw new FixableError('no-plan', `Run ${known} was no build, and only builds have a plan to show`, {
			exit: 'usage',
		});
	}
	return runStepsPlainly(invocation, {loaded, steps, options});
}

// A record has no passwords: a run without them would be another one.
function refuseForgotten(recorded: PublicSettings, {settings, later}: LoadedSettings) {
	refuse(
		fieldList
			.filter(({key}) => String(recorded[key] ?? '').includes(masked) && settings[key] === '' && !later.includes(key))
			.map(({key, name}) => ({
				key,
				place: key,
				message: 'that run had a secret here, or an address with one, which its record does not keep',
				hint: `Give ${name} in the environment.`,
			})),
	);
}
