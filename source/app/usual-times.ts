import type {UsualTime, UsualTimes} from '../pipeline/events.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import type {RunManifest} from '../reporters/run-manifest.ts';
import type {Place} from './past-runs.ts';

// The newest are the ones that the next build will be like.
const mostRuns = 20;
const mostOfAStep = 5;

type Kind = {builder: 'rehearsal' | 'canvos'; edgeAppliance: boolean};

/** What the steps of this kind of build took in this workspace; nothing of those that never ran to their end. */
export async function usualTimes({host, workspace}: Place, kind: Kind): Promise<UsualTimes> {
	const ids = await host.files.list(workspace.runs);
	const times = new Map<string, UsualTime[]>();
	for (const id of ids.toReversed().slice(0, mostRuns)) {
		const text = await host.files.readText(runFolderOf(workspace, id).manifest).catch(() => undefined);
		for (const [step, time] of stepTimes(text, kind)) times.set(step, [...(times.get(step) ?? []), time]);
	}
	return Object.fromEntries([...times].map(([step, all]) => [step, together(all.slice(0, mostOfAStep))]));
}

// A record that somebody edited makes no sense at worst, and must not keep a build from starting.
function stepTimes(text: string | undefined, {builder, edgeAppliance}: Kind): [string, UsualTime][] {
	try {
		const manifest: RunManifest = JSON.parse(text ?? '');
		if (manifest.builder !== builder || manifest.settings.edgeAppliance !== edgeAppliance) return [];
		return manifest.steps.flatMap(({id, outcome, durationMs, longestSilenceMs: silenceMs}): [string, UsualTime][] =>
			outcome.kind === 'done' && Number.isFinite(durationMs)
				? [[id, {leastMs: durationMs ?? 0, mostMs: durationMs ?? 0, lastMs: durationMs ?? 0, silenceMs}]]
				: [],
		);
	} catch {
		return [];
	}
}

function together(times: readonly UsualTime[]): UsualTime {
	const silences = times.flatMap(({silenceMs}) => (Number.isFinite(silenceMs) ? [silenceMs ?? 0] : []));
	return {
		leastMs: Math.min(...times.map(({leastMs}) => leastMs)),
		mostMs: Math.max(...times.map(({mostMs}) => mostMs)),
		lastMs: times[0]?.lastMs ?? 0,
		...(silences.length > 0 && {silenceMs: Math.max(...silences)}),
	};
}
