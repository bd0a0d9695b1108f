import type {Builder} from '../../builders/builder.ts';
import {builderOf, otherBuilders} from '../../builders/choose-builder.ts';
import type {CheckResult} from '../../pipeline/events.ts';
import {flagLayer} from '../../settings/layer-sources.ts';
import {hostChecks} from '../../steps/check-host.ts';
import type {Invocation} from '../invocation.ts';
import {loadSettings} from '../load-settings.ts';

/**
 * All checks for the builder of these settings, the smoke test's included, and for the other builder too: what fails
 * there is a warning, because the chosen one can do without. `onResult` hears of them in groups.
 */
export async function checkMachine(
	invocation: Invocation,
	{signal, onResult}: {signal?: AbortSignal; onResult?(result: CheckResult): void} = {},
): Promise<CheckResult[]> {
	const {settings} = await loadSettings(invocation);
	const chosen = builderOf(settings);
	const groups = await Promise.all([
		hostChecks(chosen, {
			...invocation,
			settings,
			signal,
			build: true,
			looksIntoImages: true,
			smokeTest: true,
			onResult,
		}),
		...otherBuilders(chosen).map(builder => checksOfOther(invocation, builder, {signal, onResult})),
	]);
	return groups.flat();
}

async function checksOfOther(
	invocation: Invocation,
	builder: Builder,
	{signal, onResult}: {signal?: AbortSignal; onResult?(result: CheckResult): void},
) {
	const {settings} = await loadSettings({
		...invocation,
		preset: undefined,
		layers: [flagLayer({builder: builder.id})],
	});
	const results = await builder.hostChecks({...invocation, settings, signal, build: true, smokeTest: false});
	return results.map(result => {
		const told: CheckResult = {
			...result,
			id: `${builder.id}:${result.id}`,
			title: `${builder.title}: ${result.title}`,
			verdict: result.verdict === 'fail' ? 'warn' : result.verdict,
			// `--fix` mends what the chosen builder needs.
			fix: undefined,
		};
		onResult?.(told);
		return told;
	});
}
