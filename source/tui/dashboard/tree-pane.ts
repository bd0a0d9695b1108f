import type {BuildNode} from '../../pipeline/events.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatDuration} from '../../text/durations.ts';
import type {Glyphs} from '../glyphs.ts';
import {type Line, line, spread, type Tone, toned} from '../styled-text.ts';
import type {Drawing, DrawPane} from './pane-drawing.ts';

/** The build as a tree of targets and their commands; what runs is kept in sight. */
export const drawTree: DrawPane = (drawing, {width}) => {
	const nodes = [...drawing.snapshot.state.nodes.values()];
	const ordered = inTreeOrder(nodes);
	const running = ordered.findLastIndex(({node}) => node.state === 'running' || node.state === 'failed');
	const commands = nodes.filter(({kind}) => kind === 'command');
	const cached = commands.filter(({cached}) => cached).length;
	return {
		rows: ordered.map(placed => () => drawNode(placed, drawing, width)),
		remark:
			`${commands.filter(({state}) => state === 'done').length}/${commands.length} done` +
			(cached > 0 ? `, ${cached} cached` : ''),
		show: running < 0 ? ordered.length - 1 : running,
	};
};

type Placed = {node: BuildNode; depth: number; isLast: boolean};

/** Children after their parents, in order of appearance. A parent that isn't there (yet), or a circle, makes a root. */
export function inTreeOrder(nodes: readonly BuildNode[]): Placed[] {
	const known = new Set(nodes.map(({id}) => id));
	const children = Map.groupBy(nodes, ({parent}) => (parent !== undefined && known.has(parent) ? parent : undefined));
	const placed: Placed[] = [];
	const seen = new Set<string>();
	const visit = (siblings: readonly BuildNode[], depth: number) => {
		for (const [index, node] of siblings.entries()) {
			if (seen.has(node.id)) continue;
			seen.add(node.id);
			placed.push({node, depth, isLast: index === siblings.length - 1});
			visit(children.get(node.id) ?? [], depth + 1);
		}
	};
	visit(children.get(undefined) ?? [], 0);
	for (const node of nodes) if (!seen.has(node.id)) visit([node], 0);
	return placed;
}

function drawNode({node, depth, isLast}: Placed, {glyphs, frame, snapshot}: Drawing, width: number): Line {
	// A build that was stopped may leave nodes that were never said to have ended.
	const isOver = snapshot.state.phase.kind === 'finished' && node.state === 'running';
	const [glyph, word, tone] = nodeMark(isOver ? {...node, state: 'cancelled'} : node, glyphs, frame);
	const branch =
		depth === 0 ? '' : `${glyphs.trunk.repeat(Math.min(depth - 1, 4))}${isLast ? glyphs.lastBranch : glyphs.branch} `;
	const ended = node.endedAt ?? snapshot.state.now;
	const time =
		node.startedAt === undefined || node.cached || isOver || node.state === 'waiting'
			? ''
			: ` ${formatDuration(ended - node.startedAt)}`;
	const percent = node.state === 'running' && node.percent !== undefined ? ` ${Math.round(node.percent)}%` : '';
	return spread(
		line(
			toned('border', branch),
			toned(tone, `${glyph} `),
			toned(node.kind === 'target' ? 'title' : 'plain', cleanLine(node.name)),
		),
		line(toned(tone === 'good' ? 'muted' : tone, `${word}${percent}${time}`)),
		width,
		glyphs.ellipsis,
	);
}

function nodeMark({state, cached}: BuildNode, glyphs: Glyphs, frame: number): [string, string, Tone] {
	switch (state) {
		case 'waiting':
			return [glyphs.waiting, 'waiting', 'muted'];
		case 'running':
			return [glyphs.spinner[frame % glyphs.spinner.length] ?? '', 'running', 'active'];
		case 'done':
			return [glyphs.pass, cached ? 'cached' : 'done', 'good'];
		case 'failed':
			return [glyphs.fail, 'FAILED', 'bad'];
		case 'cancelled':
			return [glyphs.cancelled, 'cancelled', 'warning'];
		case 'skipped':
			return [glyphs.skip, 'skipped', 'muted'];
		default:
			state satisfies never;
			return ['', '', 'plain'];
	}
}
