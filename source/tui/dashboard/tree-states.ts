import type {BuildNode, NodeState} from '../../pipeline/events.ts';
import type {RunState, StepState} from '../../pipeline/run-state.ts';

/** How the step of a node stands or ended: cut off by a person, or because something else failed. */
type Ending = 'going-on' | 'well' | 'cancelled' | 'failed';

/** The state of a node as people read it. `cancelled`: by one of them; `stopped`: because something else failed. */
export type ToldState = NodeState | 'stopped';

/** A node of the build with its state as it is told to people. */
export type ToldNode = BuildNode & {step: StepState['id']; told: ToldState; ending: Ending};

/**
 * All nodes with what is to be told of them. Earthly says "cancelled" of all that was cut off and as well of steps that
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
	const hasEnded = run.kind === 'finished';
	const wasCancelled = hasEnded && run.outcome === 'cancelled';
	if (step?.kind === 'finished') {
		if (step.outcome.kind === 'done') return 'well';
		return step.outcome.kind === 'cancelled' && (!hasEnded || wasCancelled) ? 'cancelled' : 'failed';
	}
	if (!hasEnded) return 'going-on';
	return run.outcome === 'passed' ? 'well' : wasCancelled ? 'cancelled' : 'failed';
}

function toldState(
	state: NodeState,
	{ending, hasFailed, isParentDone}: {ending: Ending; hasFailed: boolean; isParentDone: boolean},
): ToldState {
	const cutOff = ending === 'cancelled' ? 'cancelled' : 'stopped';
	if (state === 'waiting') return ending === 'going-on' ? 'waiting' : 'skipped';
	if (state === 'running') return ending === 'going-on' ? 'running' : ending === 'well' ? 'done' : cutOff;
	if (state !== 'cancelled') return state;
	const wasCutOff = !isParentDone && ending !== 'well' && (ending !== 'going-on' || hasFailed);
	return wasCutOff ? cutOff : 'skipped';
}
