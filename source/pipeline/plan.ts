import type {PlannedStep, StepId} from './events.ts';
import type {BuildTarget, Step, StepContext} from './step.ts';

/** What will run, in order, with the reason for everything that will not, as far as it is known beforehand. */
export const planOf = (steps: readonly Step[], c: Pick<StepContext, 'settings' | 'options'>): PlannedStep[] =>
	steps.map(step => ({id: step.id, title: step.title, done: step.done, after: step.after, skip: skipReason(step, c)}));

/** Why a step is not needed, as far as it is known beforehand; undefined when it is. */
export function skipReason({target, skip}: Step, c: Pick<StepContext, 'settings' | 'options'>): string | undefined {
	const {only} = c.options;
	if (target !== undefined && only !== undefined && only !== target) return `only ${targetNames[only]} was asked for`;
	return skip?.(c);
}

const targetNames: Record<BuildTarget, string> = {
	'provider-image': 'the provider image',
	'installer-iso': 'the installer ISO',
};

/** Some steps of a catalogue as a catalogue of their own: what isn't there is not waited for, but what it waited for is. */
export function partOf(steps: readonly Step[], ids: readonly StepId[]): Step[] {
	const waits = (after: readonly StepId[]): StepId[] =>
		after.flatMap(id => (ids.includes(id) ? [id] : waits(steps.find(step => step.id === id)?.after ?? [])));
	return steps
		.filter(({id}) => ids.includes(id))
		.map(({neededBy, ...step}) => {
			const users = neededBy?.filter(id => ids.includes(id)) ?? [];
			return {...step, after: [...new Set(waits(step.after))], ...(users.length > 0 && {neededBy: users})};
		});
}

/**
 * Checks that the catalogue can be run at all: every `after` and `neededBy` names a step, and there is no circle.
 * @throws {Error} our bug, with the names.
 */
export function assertRunnable(steps: readonly Step[]) {
	const known = new Map(steps.map(step => [step.id, step]));
	const settled = new Set<StepId>();
	const visit = (id: StepId, path: readonly StepId[]) => {
		if (settled.has(id)) return;
		if (path.includes(id)) throw new Error(`Steps wait for each other: ${[...path, id].join(' → ')}`);
		for (const before of known.get(id)?.after ?? []) {
			if (!known.has(before)) throw new Error(`Step ${id} waits for ${before}, which does not exist`);
			visit(before, [...path, id]);
		}
		settled.add(id);
	};
	for (const {id, neededBy = []} of steps) {
		visit(id, []);
		for (const user of neededBy)
			if (!known.has(user)) throw new Error(`Step ${id} is needed by ${user}, which does not exist`);
	}
}
