import type {BuildTimes} from '../wizard/wizard-state.ts';
import type {PastRun} from './past-runs.ts';

const mostOfAKind = 5;

/** How long passed builds took, newest first; each kind by itself, for an edge appliance takes many times as long as a standard image. */
export function buildTimes(runs: readonly PastRun[]): readonly BuildTimes[] {
	const passed = runs.flatMap(({isBuild, outcome, tookMs, rehearsal, edgeAppliance}) =>
		isBuild && outcome === 'passed' && tookMs !== undefined && edgeAppliance !== undefined
			? [{rehearsal, edgeAppliance, minutes: Math.max(1, Math.round(tookMs / 60_000))}]
			: [],
	);
	return [...Map.groupBy(passed, ({rehearsal, edgeAppliance}) => `${rehearsal} ${edgeAppliance}`).values()].flatMap(
		([first, ...others]) => {
			if (first === undefined) return [];
			const {rehearsal, edgeAppliance} = first;
			const minutes = [first, ...others].slice(0, mostOfAKind).map(one => one.minutes);
			return [{rehearsal, edgeAppliance, minutes: [Math.min(...minutes), Math.max(...minutes)] as const}];
		},
	);
}
