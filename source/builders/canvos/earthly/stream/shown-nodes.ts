import type {BuildNode, NodeState} from '../../../../pipeline/events.ts';
import {displayName, isNoise, type SaidOutcome} from '../build-output.ts';
import {type Command, closeItem, endOf, nodeState, outranks, targetOf} from './command-state.ts';
import type {TargetFields} from './parse-record.ts';
import {createTextOrder, numberOf} from './text-order.ts';

/** All records of one step: Dockerfile steps come again with new ids, all cached, for each IF that is evaluated. */
type Group = {id: string; shown: Command; parent?: string; order?: readonly number[]};

/** Which targets and steps people see, under which parent and by which name; `onNode` gets each that looks different. */
export function createShownNodes(onNode: (node: BuildNode) => void) {
	const groups = new Map<string, Group>();
	const groupOf = new Map<string, Group>();
	const shown = new Map<string, string>();
	const order = createTextOrder();
	let dockerfile: {target?: string; number?: number} = {};
	let over = false;

	const show = (node: BuildNode) => {
		const text = JSON.stringify(node);
		if (shown.get(node.id) === text) return;
		shown.set(node.id, text);
		onNode(node);
	};

	const showTarget = (target: TargetFields) => {
		if (target.name === undefined) return;
		const state = nodeState(target, over);
		const {id, name, startedAt} = target;
		show({id, kind: 'target', name, state, order: order.ofTarget(id), startedAt, endedAt: endOf(target, state)});
	};

	const showGroup = ({id, parent, order, shown: command}: Group) => {
		const state = nodeState(command, over);
		show({
			id,
			parent,
			kind: 'command',
			name: displayName(command.name ?? ''),
			state,
			cached: (command.cached && !command.ran) || undefined,
			percent: percentOf(command, state),
			source: command.source,
			order,
			startedAt: command.startedAt,
			endedAt: endOf(command, state),
			failure: state === 'failed' ? command.error : undefined,
		});
	};

	const groupFor = (command: Command): Group | undefined => {
		const known = groupOf.get(command.id);
		if (known || command.name === undefined || isNoise(command.name, command.category)) return known;
		const target = targetOf(command);
		const key = target === undefined ? `${command.category ?? ''}\0${command.name}` : command.id;
		const home =
			target !== undefined ? {target, number: numberOf(command)} : isOutsideTargets(command) ? {} : dockerfile;
		const order = home.number === undefined ? undefined : [home.number];
		const group = groups.get(key) ?? {id: command.id, shown: command, parent: home.target, order};
		groups.set(key, group);
		groupOf.set(command.id, group);
		return group;
	};

	return {
		showTarget,
		showCommand(command: Command) {
			const group = groupFor(command);
			if (!group) return;
			if (outranks(command, group.shown)) group.shown = command;
			showGroup(group);
		},
		/** Steps of a Dockerfile belong to the target that has FROM DOCKERFILE. */
		seeDockerfile(command: Command) {
			if (!command.name?.startsWith('FROM DOCKERFILE') || command.targetId === undefined) return;
			dockerfile = {target: command.targetId, number: numberOf(command)};
		},
		/** Notes which targets a target needs; where that is news, others may stand elsewhere. */
		seeUses(target: string | undefined, command: Command | undefined, used: readonly string[] = []): boolean {
			return target !== undefined && order.seeUses(target, command && numberOf(command), used);
		},
		/** The target that a command is shown under. */
		parentOf: (command: Command) => targetOf(command) ?? groupOf.get(command.id)?.parent,
		/** Closes everything that is still open. */
		close(targets: Iterable<TargetFields>, ended: NonNullable<SaidOutcome>, at: number | undefined) {
			over = true;
			for (const target of targets) {
				closeItem(target, ended, at);
				showTarget(target);
			}
			for (const group of groups.values()) {
				closeItem(group.shown, ended, at);
				showGroup(group);
			}
		},
	};
}

// Metadata of images and the output belong to no target; steps of a Dockerfile to the one that has FROM DOCKERFILE.
const isOutsideTargets = ({name = '', category = ''}: Command) =>
	category === 'output' || /^load metadata /i.test(name);

// For the export it flips between 0 and 100, once for each layer: activity, not a percentage.
const percentOf = ({name, percent}: Command, state: NodeState) =>
	state === 'running' && name !== 'exporting outputs' ? percent : undefined;
