import {ownRank} from '../../pipeline/build-step-names.ts';
import type {BuildNode} from '../../pipeline/events.ts';
import {compareNumbers} from '../../text/numbers.ts';

/** Starts this near to each other are one start: what began side by side begins in another order each time. */
const oneStartMs = 250;

/**
 * Siblings by their start, those that began together by their place in the text of the build; then what never began, then
 * what waits. The same build gives the same order, however its events came.
 */
export function inStartOrder<Node extends BuildNode>(siblings: readonly Node[]): Node[] {
	const started = siblings
		.filter(hasStarted)
		.toSorted((one, other) => one.startedAt - other.startedAt || byText(one, other));
	const others = siblings.filter(node => !hasStarted(node));
	return [
		...together(started).flatMap(nodes => nodes.toSorted(byPlace)),
		...others
			.filter(({state}) => state !== 'waiting')
			.toSorted((one, other) => byPlace(one, other) || byText(one, other)),
		...others
			.filter(({state}) => state === 'waiting')
			.toSorted((one, other) => byPlace(one, other) || byRank(one, other)),
	];
}

type Started = {startedAt: number};
const hasStarted = <Node extends BuildNode>(node: Node): node is Node & Started => node.startedAt !== undefined;

/** Nodes in order of their start, cut where time passes between two starts. */
function together<Node extends Started>(ordered: readonly Node[]): Node[][] {
	const groups: Node[][] = [];
	let before = Number.NEGATIVE_INFINITY;
	for (const node of ordered) {
		if (node.startedAt - before > oneStartMs) groups.push([]);
		groups.at(-1)?.push(node);
		before = node.startedAt;
	}
	return groups;
}

/** By the text of the build as far as it is known; equal ones stay as they are. */
function byPlace(one: BuildNode, other: BuildNode): number {
	if (one.order === undefined || other.order === undefined) {
		return Number(one.order === undefined) - Number(other.order === undefined);
	}
	return compareNumbers(one.order, other.order) || byRank(one, other);
}

// Steps of a Dockerfile come without numbers. Of ours the order is known, and they stand after upstream's own.
const byRank = (one: BuildNode, other: BuildNode) => (ownRank(one.name) ?? -1) - (ownRank(other.name) ?? -1);

const collator = new Intl.Collator('en', {numeric: true});

const byText = (one: BuildNode, other: BuildNode) =>
	byRank(one, other) ||
	collator.compare(one.source ?? '', other.source ?? '') ||
	collator.compare(one.name, other.name) ||
	collator.compare(one.id, other.id);
