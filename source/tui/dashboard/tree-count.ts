import {kindOfStep} from '../../pipeline/build-step-names.ts';
import type {RunState} from '../../pipeline/run-state.ts';
import type {ToldNode} from './tree-states.ts';

/** `61 of 125 done, 12 cached`: the commands that do the work; bookkeeping comes and goes, and isn't counted. */
export function countOfTree(nodes: readonly ToldNode[], {settings}: RunState): string {
	const edgeAppliance = settings.edgeAppliance !== false;
	const work = nodes.filter(({kind, name}) => kind === 'command' && kindOfStep(name, {edgeAppliance}) === 'work');
	// Nothing is left of a build that ended well, also where a command turned out not to be needed.
	const done = work.filter(({state, ending}) => state === 'done' || ending === 'well');
	const cached = done.filter(({cached}) => cached).length;
	return `${done.length} of ${work.length} done${cached > 0 ? `, ${cached} cached` : ''}`;
}
