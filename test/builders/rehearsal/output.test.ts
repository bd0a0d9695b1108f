import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createBuildOutput} from '../../../source/builders/rehearsal/build-output.ts';
import {parseSize} from '../../../source/builders/rehearsal/images.ts';
import {packageProgress} from '../../../source/builders/rehearsal/package-progress.ts';
import {squashProgress} from '../../../source/builders/rehearsal/squash-progress.ts';
import type {BuildNode, LogChunk, Progress} from '../../../source/pipeline/events.ts';

const reporter = () => {
	const nodes: BuildNode[] = [];
	const progress: Progress[] = [];
	const lines: LogChunk[] = [];
	return {
		nodes,
		seen: progress,
		lines,
		node: (node: BuildNode) => nodes.push(node),
		progress: (value: Progress) => progress.push(value),
		log: (chunk: LogChunk) => lines.push(chunk),
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
	const output = createBuildOutput(report, () => 7);
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
	const output = createBuildOutput(reporter(), () => 7);
	for (const line of buildLines) output.lines(line);
	expect(output.said()).toEqual({message: 'DOCA_DEB_FILE: x.deb is empty', hint: 'Fetch it again.'});
});

test('package progress never runs backwards nor past its total', () => {
	const report = reporter();
	const read = packageProgress(report);
	read('0 upgraded, 2 newly installed, 0 to remove');
	read('Get:1 http://m a\nGet:2 http://m b\nUnpacking a (1) ...\nUnpacking b (1) ...\nSetting up a (1) ...');
	read('0 upgraded, 1 newly installed, 0 to remove');
	read('Setting up b (1) ...\nGet:1 http://m c\nUnpacking c (1) ...\nSetting up c (1) ...\nSetting up d (1) ...');
	expect(report.seen.map(({done}) => done)).toEqual([5, 10]);
	expect(report.seen.at(-1)).toMatchObject({done: 10, total: 14});
});

test('mksquashfs’ redrawn bar becomes progress and its lines the log, wherever the bytes are cut', () => {
	const text =
		'Parallel mksquashfs: 2 processors\n[=\\   ]  10/200   5%\r[==|  ] 100/200  50%\r[====-] 200/200 100%\nInodes 12\n';
	fc.assert(
		fc.property(fc.array(fc.nat(text.length), {maxLength: 6}), cuts => {
			const report = reporter();
			const read = squashProgress(report);
			const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
			for (const [index, end] of edges.slice(1).entries()) read(Buffer.from(text.slice(edges[index], end)));
			expect(report.seen.at(-1)).toMatchObject({done: 200, total: 200});
			expect(report.lines.map(({text: line}) => line)).toEqual(['Parallel mksquashfs: 2 processors', 'Inodes 12']);
		}),
	);
});

test.each([
	['729 MB', 729e6],
	['1.07 GB', 1.07e9],
	['12.3 kB', 12_300],
	['0 B', 0],
	['', 0],
])('buildah’s size "%s" is %d bytes', (text, bytes) => {
	expect(parseSize(text)).toBe(bytes);
});
