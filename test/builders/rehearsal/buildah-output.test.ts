import {expect, test} from 'vitest';
import {createBuildOutput} from '../../../source/builders/rehearsal/buildah-output.ts';
import type {BuildNode, Progress} from '../../../source/pipeline/events.ts';

const reporter = () => {
	const nodes: BuildNode[] = [];
	const progress: Progress[] = [];
	return {
		nodes,
		seen: progress,
		now: () => 7,
		node: (node: BuildNode) => nodes.push(node),
		progress: (value: Progress) => progress.push(value),
	};
};

const buildLines = [
	'STEP 1/3: FROM localhost/base:1',
	'STEP 2/3: RUN --mount=type=bind,source=a,target=/b   bash /b/install.sh',
	'edge-builder: error: DOCA_DEB_FILE: x.deb is empty',
	'edge-builder: hint: Fetch it again.',
];

test('each STEP line ends the node before it and begins its own, without mount options in its name', () => {
	const report = reporter();
	const output = createBuildOutput(report);
	output.lines(buildLines.join('\n'));
	output.end('failed');
	expect(report.nodes.map(({id, name, state}) => [id, name, state])).toEqual([
		['step-1', 'FROM localhost/base:1', 'running'],
		['step-1', 'FROM localhost/base:1', 'done'],
		['step-2', 'RUN bash /b/install.sh', 'running'],
		['step-2', 'RUN bash /b/install.sh', 'failed'],
	]);
	expect(report.seen).toEqual([
		{done: 0, total: 3, unit: 'items', label: 'build steps'},
		{done: 1, total: 3, unit: 'items', label: 'build steps'},
	]);
});

test('what an install step said about its failure is kept, cut into reads anywhere between lines', () => {
	const output = createBuildOutput(reporter());
	for (const line of buildLines) output.lines(line);
	expect(output.said()).toEqual({message: 'DOCA_DEB_FILE: x.deb is empty', hint: 'Fetch it again.'});
});
