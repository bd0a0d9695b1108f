import {kindOfStep, ownRank, referredTarget} from '../../pipeline/build-step-names.ts';
import type {RunState, StepState} from '../../pipeline/run-state.ts';
import {inStartOrder} from './tree-order.ts';
import type {ToldNode, ToldState} from './tree-states.ts';

/** A row of the tree: a step of the run, or a target or command of its build. `folded`: how many below it aren't listed. */
export type TreeRow =
	| {kind: 'step'; step: StepState}
	| {kind: 'node'; node: ToldNode; depth: number; isOpen: boolean; folded: number};

/** After this time a command is worth a look, whatever it is. */
export const longMs = 10_000;

/** What is done in less is no part of the story, unless it is ours. */
const quickMs = 1000;

/**
 * The rows that tell where a build is: what runs, failed or was cut off is open, what is done is one row; bookkeeping,
 * and what was done at once, is only counted.
 */
export function foldedTree(nodes: readonly ToldNode[], state: RunState, {unfolded}: {unfolded: boolean}): TreeRow[] {
	const bySteps = Map.groupBy(nodes, ({step}) => step);
	const hasEnded = state.phase.kind === 'finished';
	return state.steps.flatMap((step): TreeRow[] => {
		const ofStep = bySteps.get(step.id);
		if (ofStep === undefined) return [];
		const rows = rowsOfStep(ofStep, state, {unfolded, depth: bySteps.size > 1 ? 1 : 0});
		if (bySteps.size === 1) return rows;
		const isOpen = unfolded || hasEnded || step.phase.kind !== 'finished' || step.phase.outcome.kind !== 'done';
		return [{kind: 'step', step}, ...(isOpen ? rows : [])];
	});
}

function rowsOfStep(
	nodes: readonly ToldNode[],
	state: RunState,
	{unfolded, depth}: {unfolded: boolean; depth: number},
): TreeRow[] {
	const children = childrenIn(nodes);
	const isListed = worthListing(nodes, state);
	const rowsOf = (siblings: readonly ToldNode[] = [], depth: number): TreeRow[] =>
		inStartOrder(siblings).flatMap((node): TreeRow[] => {
			const below = children.get(node.id) ?? [];
			const isOpen = unfolded || isStory(node.told) || below.some(({told}) => isStory(told));
			const listed = below.filter(child => unfolded || (isOpen && isListed(child)));
			const row: TreeRow = {kind: 'node', node, depth, isOpen, folded: below.length - listed.length};
			return [row, ...rowsOf(listed, depth + 1)];
		});
	return rowsOf(
		children.get(undefined)?.filter(node => unfolded || isListed(node)),
		depth,
	);
}

/** The nodes by their parents. A parent that isn't there (yet), or is below its own child, is none. */
function childrenIn(nodes: readonly ToldNode[]) {
	const known = new Map(nodes.map(node => [node.id, node]));
	const isBelowItself = (node: ToldNode) => {
		const seen = new Set<string>();
		for (let at = node.parent; at !== undefined && !seen.has(at); at = known.get(at)?.parent) {
			if (at === node.id) return true;
			seen.add(at);
		}
		return false;
	};
	return Map.groupBy(nodes, node =>
		node.parent !== undefined && known.has(node.parent) && !isBelowItself(node) ? node.parent : undefined,
	);
}

/** What a person looks for: it goes on, failed, or was cut off. */
export const isStory = (told: ToldState): boolean => ['running', 'failed', 'cancelled', 'stopped'].includes(told);

function worthListing(nodes: readonly ToldNode[], {now, settings}: RunState) {
	const edgeAppliance = settings.edgeAppliance !== false;
	const failedTargets = new Set(
		nodes.flatMap(({kind, told, name}) => (kind === 'target' && told === 'failed' ? name : [])),
	);
	return ({kind, name, told, cached, startedAt = now, endedAt = now}: ToldNode) => {
		if (kind === 'target') return true;
		const stepKind = kindOfStep(name, {edgeAppliance});
		const isQuick = told === 'done' && (cached || endedAt - startedAt < quickMs);
		if (stepKind === 'work') return !isQuick || ownRank(name) !== undefined;
		// It fails because its target does, which tells more.
		if (told === 'failed') return !failedTargets.has(referredTarget(name) ?? '');
		return stepKind === 'bookkeeping' && told === 'running' && now - startedAt >= longMs;
	};
}
