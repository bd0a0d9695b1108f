import {buildStepName} from '../../pipeline/build-step-names.ts';
import type {StepState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatDuration} from '../../text/durations.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import {fitTo, type Line, line, spread, type Tone, toned} from '../styled-text.ts';
import type {Drawing, DrawPane} from './pane-drawing.ts';
import {stepMark, stepName} from './steps-pane.ts';
import {countOfTree} from './tree-count.ts';
import {foldedTree, isStory, longMs, type TreeRow} from './tree-folding.ts';
import {type ToldNode, toldNodes} from './tree-states.ts';

/** The build as a tree of targets and their commands; what runs or failed is kept in sight. */
export const drawTree: DrawPane = (drawing, {width}) => {
	const {snapshot, view} = drawing;
	const nodes = toldNodes(snapshot.state);
	const rows: (() => Line)[] = [];
	let show = {row: -1, weight: 0};
	for (const row of foldedTree(nodes, snapshot.state, {unfolded: view.unfolded ?? false})) {
		rows.push(() => (row.kind === 'step' ? drawStep(row.step, drawing, width) : drawNode(row, drawing, width)));
		if (row.kind === 'step') continue;
		const said = lastWordOf(row.node, drawing);
		if (said !== undefined) rows.push(() => drawLastWord(said, row.depth, width, drawing.glyphs));
		const weight = weightOf(row.node);
		if (weight >= show.weight) show = {row: rows.length - 1, weight};
	}
	// Of a build that is over and has nothing to tell, the beginning.
	const isQuiet = show.weight === 0 && snapshot.state.phase.kind === 'finished';
	return {rows, remark: countOfTree(nodes, snapshot.state), show: isQuiet ? 0 : show.row};
};

/** How much a row is worth being in sight: commands before their targets, and of equal ones the last. */
const weightOf = ({kind, told}: ToldNode) =>
	({failed: 3, running: 2, cancelled: 1, stopped: 1, done: 0, skipped: 0, waiting: 0})[told] +
	(kind === 'command' && isStory(told) ? 3 : 0);

function drawStep(step: StepState, drawing: Drawing, width: number): Line {
	const [glyph, word, tone] = stepMark(step, drawing);
	const {phase} = step;
	const startedAt = phase.kind === 'waiting' ? undefined : phase.startedAt;
	const endedAt = phase.kind === 'finished' ? phase.endedAt : drawing.snapshot.state.now;
	const time = startedAt === undefined ? '' : formatDuration(endedAt - startedAt);
	return spread(
		line(toned(tone, `${glyph} `), toned('title', stepName(step))),
		line(toned(tone === 'good' ? 'muted' : tone, told(tone === 'good' ? '' : word, time))),
		width,
		drawing.glyphs.ellipsis,
	);
}

function drawNode(
	{node, depth, isOpen, folded}: TreeRow & {kind: 'node'},
	{glyphs, frame, snapshot}: Drawing,
	width: number,
): Line {
	const [glyph, word, tone] = nodeMark(node, glyphs, frame);
	const isTarget = node.kind === 'target';
	const count = folded === 0 ? '' : isOpen ? ` ${folded} folded` : ` ${counted(folded, 'command')}`;
	return spread(
		line(
			indent(depth),
			toned(tone, `${glyph} `),
			toned(isTarget ? 'title' : 'plain', cleanLine(isTarget ? node.name : buildStepName(node.name))),
			toned('muted', count),
		),
		line(toned(tone === 'good' ? 'muted' : tone, told(word, timeOf(node, snapshot.state.now)))),
		width,
		glyphs.ellipsis,
	);
}

/** What a command that lasts printed last, or how far it is where only that is known. */
function lastWordOf(node: ToldNode, {snapshot}: Drawing): string | undefined {
	if (node.kind === 'target' || node.told !== 'running' || node.startedAt === undefined) return undefined;
	const {steps, nodes, now} = snapshot.state;
	const progress = steps.find(({id}) => id === node.step)?.progress;
	if (progress?.label === node.name && progress.unit === 'bytes') return `${formatBytes(progress.done)} written so far`;
	if (now - node.startedAt < longMs) return undefined;
	const target = node.parent === undefined ? undefined : nodes.get(`${node.step} ${node.parent}`)?.name;
	const last = snapshot.lastLineOf(node.step, target);
	return last === undefined || last.at <= node.startedAt ? undefined : cleanLine(last.text).trim();
}

const drawLastWord = (text: string, depth: number, width: number, {ellipsis}: Glyphs): Line =>
	fitTo(line(indent(depth + 1), toned('muted', text)), width, ellipsis);

const indent = (depth: number) => '  '.repeat(Math.min(depth, 6));

function timeOf({told, cached, startedAt, endedAt}: ToldNode, now: number): string {
	if (startedAt === undefined || cached || !['running', 'done', 'failed'].includes(told)) return '';
	// What was left open ended at some time before now, and nobody said when.
	if (endedAt === undefined && told === 'done') return '';
	return formatDuration((endedAt ?? now) - startedAt);
}

const told = (word: string, time: string) =>
	word === 'done' && time !== '' ? time : [word, time].filter(Boolean).join(' ');

function nodeMark({told, cached, percent}: ToldNode, glyphs: Glyphs, frame: number): [string, string, Tone] {
	switch (told) {
		case 'waiting':
			return [glyphs.waiting, 'waiting', 'muted'];
		case 'running':
			return [
				glyphs.spinner[frame % glyphs.spinner.length] ?? '',
				percent === undefined ? 'running' : `running ${Math.round(percent)}%`,
				'active',
			];
		case 'done':
			return [glyphs.pass, cached ? 'cached' : 'done', 'good'];
		case 'failed':
			return [glyphs.fail, 'FAILED', 'bad'];
		case 'cancelled':
			return [glyphs.cancelled, 'cancelled', 'warning'];
		case 'stopped':
			return [glyphs.cancelled, 'stopped', 'muted'];
		case 'skipped':
			return [glyphs.skip, 'skipped', 'muted'];
		default:
			told satisfies never;
			return ['', '', 'plain'];
	}
}
