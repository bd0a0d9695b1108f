import type {Json, StepId} from './events.ts';
import {skipReason} from './plan.ts';
import {firstDifference, hashOf, readReceipt} from './receipts.ts';
import type {Receipt, Step, StepContext} from './step.ts';

/** Whether a step has to run, and why. */
export type Decision =
	| {kind: 'run'; because?: string; inputs?: Json}
	| {kind: 'skip'; reason: string}
	| {kind: 'reuse'; reason: string; receipt: Receipt};

/**
 * Decides once a step; steps that are only needed by others follow from the decisions about those.
 * @param version Version of this product: what another one made or judged is made and judged again.
 */
export function createDecider(steps: readonly Step[], version: string) {
	const byId = new Map(steps.map(step => [step.id, step]));
	const known = new Map<StepId, Promise<Decision>>();

	const decide = (step: Step, c: StepContext): Promise<Decision> => {
		const decision = known.get(step.id) ?? think(step, c);
		known.set(step.id, decision);
		return decision;
	};

	const think = async (step: Step, c: StepContext): Promise<Decision> => {
		const skip = skipReason(step, c);
		if (skip !== undefined) return {kind: 'skip', reason: skip};
		if (step.neededBy) {
			const users = step.neededBy.map(id => byId.get(id)).filter(user => user !== undefined);
			if (!(await anyRuns(users, c))) return {kind: 'skip', reason: 'what it is needed for is unchanged'};
		}
		return step.inputs ? compareWithReceipt(step, c, await step.inputs(c), version) : {kind: 'run'};
	};

	// One after the other, and no further than needed: once one runs, the inputs of later ones (the id of the image that it
	// makes) aren't known yet.
	const anyRuns = async (users: readonly Step[], c: StepContext) => {
		for (const user of users) if ((await decide(user, c)).kind === 'run') return true;
		return false;
	};

	return decide;
}

async function compareWithReceipt(step: Step, c: StepContext, inputs: Json, version: string): Promise<Decision> {
	// Who asks for one step means that one, and needs no reason for it.
	if (c.options.fresh && c.options.steps !== undefined) return {kind: 'run', inputs};
	if (c.options.fresh) return {kind: 'run', because: 'a fresh run was asked for', inputs};
	const receipt = await readReceipt(c, step.id);
	if (!receipt) return {kind: 'run', because: 'it was not done before', inputs};
	if (receipt.version !== version) return {kind: 'run', because: 'another edge-builder version did it before', inputs};
	if (receipt.inputsHash !== hashOf(inputs)) {
		return {kind: 'run', because: `${firstDifference(receipt.inputs, inputs) ?? 'its input'} changed`, inputs};
	}
	const missing = await step.missing?.(c, receipt);
	if (missing !== undefined) return {kind: 'run', because: missing, inputs};
	return {kind: 'reuse', reason: `nothing changed since run ${receipt.runId}`, receipt};
}
