import type {BuildNode, NodeState} from '../../pipeline/events.ts';
import type {RunState, StepState} from '../../pipeline/run-state.ts';

/** How the step of a node stands or ended. */
type Ending = 'going-on' | 'well' | 'cut-off';

/** A node of the build with its state as it is told to people. */
export type ToldNode = BuildNode & {step: StepState['id']; told: NodeState; ending: Ending};

/**
 * All nodes with what is to be told of them. "Cancelled" is told of what was cut off: Earthly says it as well of steps that
 * weren't needed, and a builder that ends says nothing of what it left open.
 */
export function toldNodes(state: RunState): ToldNode[] {
	const phases = new Map(state.steps.map(({id, phase}) => [id, phase]));
	const nodes = [...state.nodes.values()];
	const failed = new Set(nodes.filter(({state}) => state === 'failed').map(({step}) => step));
	return nodes.map(node => {
		const parent = node.parent === undefined ? undefined : state.nodes.get(`${node.step} ${node.parent}`);
		const ending = endingOf(phases.get(node.step), state.phase);
		const told = toldState(node.state, {
			ending,
			hasFailed: failed.has(node.step),
			isParentDone: parent?.state === 'done',
		});
		return {...node, told, ending};
	});
}

function endingOf(step: StepState['phase'] | undefined, run: RunState['phase']): Ending {
	if (step?.kind === 'finished') return step.outcome.kind === 'done' ? 'well' : 'cut-off';
	if (run.kind === 'finished') return run.outcome === 'passed' ? 'well' : 'cut-off';
	return 'going-on';
}

function toldState(
	state: NodeState,
	{ending, hasFailed, isParentDone}: {ending: Ending; hasFailed: boolean; isParentDone: boolean},
): NodeState {
	if (state === 'waiting') return ending === 'going-on' ? 'waiting' : 'skipped';
	if (state === 'running') return {'going-on': 'running', well: 'done', 'cut-off': 'cancelled'}[ending] as NodeState;
	if (state !== 'cancelled') return state;
	const wasCutOff = !isParentDone && (ending === 'cut-off' || (ending === 'going-on' && hasFailed));
	return wasCutOff ? 'cancelled' : 'skipped';
}
