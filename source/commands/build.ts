import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {planOf} from '../pipeline/plan.ts';
import type {RunOptions} from '../pipeline/step.ts';
import {outputNames} from '../settings/names.ts';
import {catalogue} from '../steps/index.ts';
import {builderOf} from './builders.ts';
import {confirmPush} from './confirm-push.ts';
import type {Invocation} from './invocation.ts';
import {type LoadedSettings, loadRightSettings} from './load-settings.ts';
import {runStepsPlainly} from './run-steps.ts';
import {runOnScreens} from './screens.ts';

export type BuildFlags = {
	only?: 'provider-image' | 'installer-iso';
	push?: boolean;
	smokeTest?: boolean;
	fresh?: boolean;
};

/** `edge-builder build`: the whole pipeline of a preset. */
export const build = async (invocation: Invocation, flags: BuildFlags): Promise<ExitCode> => {
	const loaded = await loadRightSettings(invocation);
	const options: RunOptions = {
		only: flags.only,
		push: flags.push ?? false,
		smokeTest: flags.smokeTest ?? true,
		fresh: flags.fresh ?? false,
		yes: invocation.yes,
		keepTree: false,
	};
	if (invocation.dryRun) return showPlan(invocation, loaded, options);
	if (options.push) await confirmPush(invocation, loaded.settings);
	if (invocation.output === 'screens') return runOnScreens(invocation, {loaded, options});
	return runStepsPlainly(invocation, {loaded, options});
};

const showPlan = async (invocation: Invocation, {settings: given, presetName}: LoadedSettings, options: RunOptions) => {
	const builder = builderOf(given);
	const settings = await builder.resolve(given, invocation);
	const names = outputNames(settings);
	const plan = planOf(catalogue(builder), {settings, options});
	if (invocation.output === 'json') {
		invocation.stdout.write(`${JSON.stringify({preset: presetName, builder: builder.id, names, plan})}\n`);
		return exitCodes.done;
	}
	const lines = [
		`${builder.rehearsal ? 'REHEARSAL: ' : ''}Preset ${presetName} would make`,
		`  provider image  ${names.providerImage}`,
		`  installer ISO   build/${names.isoFile}`,
		'by these steps (nothing was done):',
		...plan.map(({title, skip}) => (skip ? `  – ${title}: skipped, ${skip}` : `  · ${title}`)),
	];
	invocation.stdout.write(`${lines.join('\n')}\n`);
	return exitCodes.done;
};
