import {askAtTerminal} from '../app/ask-for-value.ts';
import {ask} from '../app/ask-person.ts';
import {runDetached} from '../app/detached-run.ts';
import type {Invocation} from '../app/invocation.ts';
import {type LoadedSettings, loadRightSettings} from '../app/load-settings.ts';
import {runStepsPlainly} from '../app/run-steps.ts';
import {findingLines} from '../app/settings-complaints.ts';
import {refuseUnclearBuilder} from '../app/unclear-builder.ts';
import {publicRegistryNotice} from '../builders/canvos/docker/public-registry.ts';
import {builderOf} from '../builders/choose-builder.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {planOf} from '../pipeline/plan.ts';
import type {BuildTarget, RunOptions} from '../pipeline/step.ts';
import {runOnScreens} from '../run-on-screens.ts';
import {outputNames} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';
import {catalogue} from '../steps/index.ts';
import {demo} from './demo.ts';

export type BuildFlags = {
	only?: BuildTarget;
	push?: boolean;
	smokeTest?: boolean;
	fresh?: boolean;
	demo?: boolean;
	detach?: boolean;
};

/** `edge-builder build`: the whole pipeline of a preset. */
export async function build(invocation: Invocation, flags: BuildFlags): Promise<ExitCode> {
	if (flags.demo) return demo(invocation);
	const options: RunOptions = {
		only: flags.only,
		push: flags.push ?? false,
		smokeTest: flags.smokeTest ?? true,
		fresh: flags.fresh ?? false,
		yes: invocation.yes,
		keepTree: false,
	};
	const isDetached = flags.detach && !invocation.dryRun;
	const loaded = await loadRightSettings(invocation, options, isDetached ? undefined : askAtTerminal(invocation));
	refuseUnclearBuilder(loaded, invocation.preset);
	return isDetached ? runDetached(invocation) : buildWith(invocation, {loaded, options});
}

/** The same for settings that are loaded already. */
export async function buildWith(
	invocation: Invocation,
	{loaded, options}: {loaded: LoadedSettings; options: RunOptions},
): Promise<ExitCode> {
	if (invocation.dryRun) return showPlan(invocation, loaded, options);
	if (options.push) await confirmPush(invocation, loaded.settings);
	if (invocation.output === 'screens') return runOnScreens(invocation, {loaded, options});
	return runStepsPlainly(invocation, {loaded, options});
}

async function showPlan(invocation: Invocation, loaded: LoadedSettings, options: RunOptions) {
	const {settings: given, presetName, findings, notes} = loaded;
	const builder = builderOf(given);
	const settings = await builder.resolve(given, invocation);
	const names = outputNames(settings);
	const plan = planOf(catalogue(builder), {settings, options});
	if (invocation.output === 'json') {
		invocation.printJson({preset: presetName, builder: builder.id, names, plan, findings, notes});
		return exitCodes.done;
	}
	const lines = [
		`${builder.rehearsal ? 'REHEARSAL: ' : ''}Preset ${presetName} would make`,
		`  provider image  ${names.providerImage}`,
		`  installer ISO   build/${names.isoFile}`,
		'by these steps (nothing was done):',
		...plan.map(({title, skip}) => (skip ? `  – ${title}: skipped, ${skip}` : `  · ${title}`)),
		...findingLines(loaded),
	];
	invocation.print(`${lines.join('\n')}\n`);
	return exitCodes.done;
}

/**
 * Some registries are public and forget: pushing there needs a yes.
 * @throws {FixableError} without one.
 */
async function confirmPush(invocation: Invocation, settings: Settings) {
	const {providerImage} = outputNames(await builderOf(settings).resolve(settings, invocation));
	const notice = publicRegistryNotice(providerImage);
	if (!notice || (await ask(invocation, notice.question))) return;
	throw new FixableError('push-not-agreed', `Pushing to a public registry was not agreed to. ${notice.question}`, {
		hint: 'Set IMAGE_REGISTRY to a registry of your own, or say --yes.',
		exit: 'usage',
	});
}
